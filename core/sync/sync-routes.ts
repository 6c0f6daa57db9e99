import type { createSync, deleteSync, listSyncs, readSync, startRun, updateSync } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import { requireUse } from '../connections/features.ts';
import {
  bareId,
  etag,
  idCursor,
  ifMatch,
  MortiseError,
  newId,
  notFound,
  publicId,
  Reply,
  toPage,
  type Creation,
  type Handler,
  type RequestContext,
} from '../kernel/index.ts';
import type { SyncDeps } from './deps.ts';
import { hintSync } from './progress.ts';
import { requestRun } from './request-run.ts';
import { showRun, showSync } from './show.ts';
import {
  deleteSyncRow,
  insertSync,
  listSyncRows,
  lockOpenRuns,
  lockSync,
  readConnectionFor,
  readSyncRow,
  updateSyncRow,
  type SyncRow,
  type SyncSettings,
} from './store.ts';

const minuteMs = 60_000;

export function syncRoutes(deps: SyncDeps) {
  const dueAfter = (everyMinutes: number | null): Date | null =>
    everyMinutes === null ? null : new Date(deps.clock.now().getTime() + everyMinutes * minuteMs);

  const create: Creation<typeof createSync> = async (context, { body }, tx) => {
    const { tenantId, traceId } = context;
    const { everyMinutes } = body;
    const connectionId = bareId('connection', body.connectionId);
    const connection = await readConnectionFor(tx, tenantId, connectionId);
    if (connection === undefined)
      throw new MortiseError('not_found', { detail: 'There is no such connection.' });
    const resources = deps.findProvider(connection.provider)?.resources ?? {};
    if (!Object.hasOwn(resources, body.resource)) {
      throw new MortiseError('unprocessable', {
        detail: `This provider has: ${Object.keys(resources).join(', ')}.`,
      });
    }
    await requireUse(tx, tenantId, connectionId, { resource: body.resource });
    if (body.start && connection.status !== 'connected') {
      throw new MortiseError('needs_reconnect', {
        detail: 'Connect the account again first, or create the sync with start: false.',
      });
    }
    const { resource } = body;
    const id = newId();
    const sync = {
      tenantId,
      id,
      connectionId,
      resource,
      everyMinutes,
      nextRunAt: dueAfter(everyMinutes),
      now: deps.clock.now(),
    };
    if (!(await insertSync(tx, sync))) {
      throw new MortiseError('already_exists', {
        detail: `This connection has a sync of ${resource} already.`,
      });
    }
    await record(tx, context, {
      action: 'sync.created',
      subject: publicId('sync', id),
      details: { ...body },
    });
    if (body.start)
      await requestRun(deps, tx, { tenantId, syncId: id, mode: 'full', trigger: 'connect', traceId });
    tx.afterCommit(() => hintSync(deps.hints, tenantId, id, connectionId));
    return reply(await readOrThrow(tx, tenantId, id));
  };

  const list: Handler<typeof listSyncs> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const connectionId =
      query.connectionId === undefined ? undefined : bareId('connection', query.connectionId);
    const { limit } = query;
    const rows = await deps.db.tenant(tenantId, (tx) =>
      listSyncRows(tx, tenantId, { before, connectionId, limit }),
    );
    return toPage(rows, limit, (row) => [row.id], showSync);
  };

  const read: Handler<typeof readSync> = async ({ tenantId }, { params }) =>
    reply(await deps.db.tenant(tenantId, (tx) => readOrThrow(tx, tenantId, bareId('sync', params.id))));

  const update: Handler<typeof updateSync> = (context, { params, body }) =>
    deps.db.tenant(context.tenantId, async (tx) => {
      const { tenantId } = context;
      const id = bareId('sync', params.id);
      const held = await lockMatching(tx, context, id);
      const everyMinutes = body.everyMinutes === undefined ? held.every_minutes : body.everyMinutes;
      const status = body.status ?? held.status;
      const isRescheduled = everyMinutes !== held.every_minutes || status !== held.status;
      const next = isRescheduled ? dueAfter(everyMinutes) : held.next_run_at;
      await updateSyncRow(tx, tenantId, id, {
        status,
        everyMinutes,
        nextRunAt: status === 'paused' ? null : next,
      });
      await record(tx, context, { action: 'sync.updated', subject: params.id, details: { ...body } });
      tx.afterCommit(() => hintSync(deps.hints, tenantId, id, held.connection_id));
      return reply(await readOrThrow(tx, tenantId, id));
    });

  const remove: Handler<typeof deleteSync> = (context, { params }) =>
    deps.db.tenant(context.tenantId, async (tx) => {
      const id = bareId('sync', params.id);
      await lockOpenRuns(tx, context.tenantId, id);
      const held = await lockMatching(tx, context, id);
      await deleteSyncRow(tx, context.tenantId, id);
      await record(tx, context, { action: 'sync.deleted', subject: params.id });
      tx.afterCommit(() => hintSync(deps.hints, context.tenantId, id, held.connection_id));
      return undefined;
    });

  const start: Creation<typeof startRun> = async (context, { params, body }, tx) => {
    const { tenantId, traceId } = context;
    const syncId = bareId('sync', params.id);
    const held = await lockSync(tx, tenantId, syncId);
    if (held === undefined) throw notFound();
    const connection = await readConnectionFor(tx, tenantId, held.connection_id);
    if (connection?.status !== 'connected') {
      throw new MortiseError('needs_reconnect', { detail: 'Connect the account again first.' });
    }
    await requireUse(tx, tenantId, held.connection_id, { resource: held.resource });
    const { row, isNew } = await requestRun(deps, tx, {
      tenantId,
      syncId,
      mode: body.mode,
      trigger: 'manual',
      traceId,
    });
    if (isNew) {
      const details = { run: publicId('run', row.id), mode: body.mode };
      await record(tx, context, { action: 'sync.started', subject: params.id, details });
    }
    return showRun(row, deps.clock.now());
  };

  return { create, list, read, update, remove, start };
}

const reply = (row: SyncRow) => new Reply(showSync(row), etag(row.version));

async function readOrThrow(tx: Tx, tenantId: string, id: string): Promise<SyncRow> {
  const row = await readSyncRow(tx, tenantId, id);
  if (row === undefined) throw notFound();
  return row;
}

async function lockMatching(tx: Tx, context: RequestContext, id: string): Promise<SyncSettings> {
  const held = await lockSync(tx, context.tenantId, id);
  if (held === undefined) throw notFound();
  const version = ifMatch(context);
  if (version !== undefined && version !== held.version) throw new MortiseError('version_mismatch');
  return held;
}
