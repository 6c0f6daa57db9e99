import type { listEvents, readEvent } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { bareId, notFound, toPage, type Handler } from '../kernel/index.ts';
import type { ErasureDeps } from './erasure-deps.ts';
import { erasureRoutes } from './erasure-routes.ts';
import { eventTypeRoutes } from './event-type-routes.ts';
import { judgeSearch } from './judge-search.ts';
import { listEventRows, readEventRow, showEvent } from './store.ts';

/** @param deps.providerEventTypes the types that follow from the resources of the providers that are installed */
export function eventRoutes(deps: {
  db: Database;
  audit: ErasureDeps['audit'];
  queue: ErasureDeps['queue'];
  providerEventTypes: readonly { type: string; description: string }[];
  isReserved: (type: string) => boolean;
}) {
  const list: Handler<typeof listEvents> = async ({ tenantId }, { query }) => {
    const filter = judgeSearch(query);
    const rows = await deps.db.tenant(tenantId, (tx) => listEventRows(tx, tenantId, filter));
    return toPage(rows, query.limit, (row) => [row.id], showEvent);
  };

  const read: Handler<typeof readEvent> = async ({ tenantId }, { params }) => {
    const row = await deps.db.tenant(tenantId, (tx) =>
      readEventRow(tx, tenantId, bareId('event', params.id)),
    );
    if (row === undefined) throw notFound();
    return showEvent(row);
  };

  return { list, read, types: eventTypeRoutes(deps), ...erasureRoutes(deps) };
}
