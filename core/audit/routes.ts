import type { listAudit } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { idCursor, toPage, type Handler } from '../kernel/index.ts';
import { listEntries, showEntry } from './store.ts';

export function auditRoutes(deps: { db: Database }) {
  const list: Handler<typeof listAudit> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const rows = await deps.db.tenant(tenantId, (tx) =>
      listEntries(tx, tenantId, { before, subject: query.subject, limit: query.limit }),
    );
    return toPage(rows, query.limit, (row) => [row.id], showEntry);
  };
  return { list };
}
