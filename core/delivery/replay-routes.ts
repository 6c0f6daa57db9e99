import type { cancelReplay, createReplay, listReplays, readReplay, Replay } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import {
  bareId,
  idCursor,
  idFloor,
  momentOf,
  MortiseError,
  newId,
  notFound,
  publicId,
  systemClock,
  toPage,
  type Creation,
  type Handler,
} from '../kernel/index.ts';
import {
  endReplay,
  insertReplay,
  listReplayRows,
  readLogStart,
  readReplayRow,
  showReplay,
} from './replay-store.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';
import { lockWebhook } from './webhook-store.ts';

/** The handlers of replays. What walks them is a job, added in the transaction that makes one. */
export function replayRoutes({ db, hints, queue, clock = systemClock }: DeliveryRoutesOptions) {
  async function present(tx: Tx, tenantId: string, id: string): Promise<Replay> {
    const row = await readReplayRow(tx, tenantId, id);
    if (row === undefined) throw notFound();
    return showReplay(row);
  }

  const create: Creation<typeof createReplay> = async (context, { body }, tx) => {
    const { tenantId, traceId } = context;
    const webhookId = bareId('webhook', body.webhookId);
    // The lock makes two requests take turns, so that the second sees that there is one.
    if ((await lockWebhook(tx, tenantId, webhookId)) === undefined) throw notFound();
    const [newest] = await listReplayRows(tx, tenantId, { webhookId, limit: 1 });
    if (newest?.status === 'running') throw alreadyRunning(newest.id);
    const now = clock.now();
    const to = body.to === undefined ? now : new Date(body.to);
    const from = body.from === undefined ? await logStart(tx, tenantId, to) : new Date(body.from);
    const id = newId();
    await insertReplay(tx, tenantId, {
      id,
      webhookId,
      what: body.what,
      eventTypes: body.eventTypes ?? null,
      from,
      to,
      perSecond: body.perSecond,
      // Below every id of the span's first millisecond: the walk begins behind it. Where no moment was asked for, below
      // every id: an event older than all that one sees now may just be being committed.
      cursorId: idFloor(new Date(body.from === undefined ? 0 : from.getTime() - 1)),
      now,
      traceId,
    });
    await queue.addIn(
      (sql, params) => tx.query(sql, params),
      'delivery.replay',
      { tenantId, replayId: id },
      { jobKey: `delivery.replay:${id}` },
    );
    await record(tx, context, {
      action: 'replay.started',
      subject: publicId('replay', id),
      details: { ...body, from: from.toISOString(), to: to.toISOString() },
    });
    tx.afterCommit(() => hints.publish(tenantId, { kind: 'replay', id: publicId('replay', id) }));
    return present(tx, tenantId, id);
  };

  const list: Handler<typeof listReplays> = async ({ tenantId }, { query }) => {
    const rows = await db.tenant(tenantId, (tx) =>
      listReplayRows(tx, tenantId, {
        before: query.cursor === undefined ? undefined : idCursor(query.cursor),
        webhookId: query.webhookId === undefined ? undefined : bareId('webhook', query.webhookId),
        limit: query.limit,
      }),
    );
    return toPage(rows, query.limit, (row) => [row.id], showReplay);
  };

  const read: Handler<typeof readReplay> = async ({ tenantId }, { params }) =>
    db.tenant(tenantId, (tx) => present(tx, tenantId, bareId('replay', params.id)));

  const cancel: Handler<typeof cancelReplay> = async (context, { params }) => {
    const { tenantId } = context;
    const id = bareId('replay', params.id);
    return db.tenant(tenantId, async (tx) => {
      const shown = await present(tx, tenantId, id);
      const end = {
        status: 'cancelled',
        reason: `Cancelled by ${context.actor.name}`,
        now: clock.now(),
      } as const;
      if (!(await endReplay(tx, tenantId, id, end))) return shown;
      await record(tx, context, { action: 'replay.cancelled', subject: params.id });
      tx.afterCommit(() => hints.publish(tenantId, { kind: 'replay', id: params.id }));
      return present(tx, tenantId, id);
    });
  };

  return { create, list, read, cancel };
}

/** When the tenant's log begins; an empty one begins a moment before its end. */
async function logStart(tx: Tx, tenantId: string, to: Date): Promise<Date> {
  const oldest = await readLogStart(tx, tenantId);
  const start = oldest === undefined ? Infinity : momentOf(oldest);
  return new Date(Math.min(start, to.getTime() - 1));
}

function alreadyRunning(id: string): MortiseError {
  return new MortiseError('conflict', {
    detail: `${publicId('replay', id)} of this webhook is still running. Wait for it or cancel it first.`,
  });
}
