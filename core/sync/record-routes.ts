import type { listChanges, listRecords, readRecord } from '@mortise/contract';
import { bareId, decodeCursor, MortiseError, notFound, toPage, type Handler } from '../kernel/index.ts';
import type { SyncDeps } from './deps.ts';
import { showRecord } from './show.ts';
import { listChangeRows, listRecordRows, readRecordRow } from './store.ts';

export function recordRoutes(deps: SyncDeps) {
  const list: Handler<typeof listRecords> = async ({ tenantId }, { query }) => {
    const { resource, search, deleted, limit } = query;
    const beforeSeq = query.cursor === undefined ? undefined : seqCursor(query.cursor);
    const connectionId =
      query.connectionId === undefined ? undefined : bareId('connection', query.connectionId);
    const rows = await deps.db.tenant(tenantId, (tx) =>
      listRecordRows(tx, tenantId, { beforeSeq, connectionId, resource, search, deleted, limit }),
    );
    return toPage(rows, limit, (row) => [row.seq], showRecord);
  };

  const changes: Handler<typeof listChanges> = async ({ tenantId }, { query }) => {
    const { after, resource, limit } = query;
    const connectionId =
      query.connectionId === undefined ? undefined : bareId('connection', query.connectionId);
    const rows = await deps.db.tenant(tenantId, (tx) =>
      listChangeRows(tx, tenantId, { after, connectionId, resource, limit }),
    );
    return { data: rows.map(showRecord), nextAfter: String(rows.at(-1)?.seq ?? after) };
  };

  const read: Handler<typeof readRecord> = async ({ tenantId }, { params }) => {
    const row = await deps.db.tenant(tenantId, (tx) =>
      readRecordRow(tx, tenantId, bareId('record', params.id)),
    );
    if (row === undefined) throw notFound();
    return showRecord(row);
  };

  return { list, changes, read };
}

function seqCursor(cursor: string): string {
  const [seq = ''] = decodeCursor(cursor, 1);
  if (!/^\d{1,18}$/.test(seq)) throw new MortiseError('invalid_cursor');
  return seq;
}
