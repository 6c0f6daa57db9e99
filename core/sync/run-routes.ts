import type { cancelRun, listRuns, readRun } from '@mortise/contract';
import { record } from '../audit/index.ts';
import { bareId, idCursor, notFound, toPage, type Handler } from '../kernel/index.ts';
import type { SyncDeps } from './deps.ts';
import { createProgress, hintSync } from './progress.ts';
import { showRun } from './show.ts';
import { askToCancel, listRunRows, readRunRow } from './store.ts';

export function runRoutes(deps: SyncDeps) {
  const list: Handler<typeof listRuns> = async ({ tenantId }, { query }) => {
    const { limit, status } = query;
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const syncId = query.syncId === undefined ? undefined : bareId('sync', query.syncId);
    const connectionId =
      query.connectionId === undefined ? undefined : bareId('connection', query.connectionId);
    const rows = await deps.db.tenant(tenantId, (tx) =>
      listRunRows(tx, tenantId, { before, syncId, connectionId, status, limit }),
    );
    return toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => showRun(row, deps.clock.now()),
    );
  };

  const read: Handler<typeof readRun> = async ({ tenantId }, { params }) => {
    const row = await deps.db.tenant(tenantId, (tx) => readRunRow(tx, tenantId, bareId('run', params.id)));
    if (row === undefined) throw notFound();
    return showRun(row, deps.clock.now());
  };

  /** A run that is over is given back as it ended: what was asked for is so already. */
  const cancel: Handler<typeof cancelRun> = (context, { params }) =>
    deps.db.tenant(context.tenantId, async (tx) => {
      const { tenantId } = context;
      const id = bareId('run', params.id);
      const was = await askToCancel(tx, tenantId, id, deps.clock.now());
      const row = await readRunRow(tx, tenantId, id);
      if (row === undefined) throw notFound();
      if (was !== undefined) {
        await record(tx, context, { action: 'run.cancelled', subject: params.id });
        tx.afterCommit(() => {
          createProgress(deps.hints, deps.clock).report(row, { always: true });
          hintSync(deps.hints, tenantId, row.sync_id, row.connection_id);
        });
      }
      return showRun(row, deps.clock.now());
    });

  return { list, read, cancel };
}
