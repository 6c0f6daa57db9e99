import type { listEvents, listEventTypes, readEvent } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { bareId, idCursor, notFound, toPage, type Handler } from '../kernel/index.ts';
import { ownEventTypes } from './event-types.ts';
import { listEventRows, readEventRow, showEvent } from './store.ts';

/** @param deps.providerEventTypes the types that follow from the resources of the providers that are installed */
export function eventRoutes(deps: {
  db: Database;
  providerEventTypes: readonly { type: string; description: string }[];
}) {
  const list: Handler<typeof listEvents> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const rows = await deps.db.tenant(tenantId, (tx) => listEventRows(tx, tenantId, { ...query, before }));
    return toPage(rows, query.limit, (row) => [row.id], showEvent);
  };

  const read: Handler<typeof readEvent> = async ({ tenantId }, { params }) => {
    const row = await deps.db.tenant(tenantId, (tx) =>
      readEventRow(tx, tenantId, bareId('event', params.id)),
    );
    if (row === undefined) throw notFound();
    return showEvent(row);
  };

  const types: Handler<typeof listEventTypes> = async () => ({
    data: [...ownEventTypes, ...deps.providerEventTypes],
  });

  return { list, read, types };
}
