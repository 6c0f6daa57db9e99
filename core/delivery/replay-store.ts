import type { Replay } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { momentOf, publicId } from '../kernel/index.ts';

export interface ReplayRow {
  id: string;
  webhook_id: string;
  webhook_name: string;
  what: Replay['what'];
  event_types: string[] | null;
  from_at: Date;
  to_at: Date;
  per_second: number;
  status: Replay['status'];
  reason: string | null;
  cursor_id: string;
  looked: number;
  queued: number;
  next_at: Date;
  /** See await-writers. */
  waits_for: string[] | null;
  trace_id: string;
  created_at: Date;
  updated_at: Date;
  finished_at: Date | null;
  waiting: number;
}

const selectReplays = `select r.id, r.webhook_id, w.name as webhook_name, r.what, r.event_types, r.from_at, r.to_at, r.per_second,
         r.status, r.reason, r.cursor_id, r.looked, r.queued, r.next_at, r.waits_for, r.trace_id, r.created_at, r.updated_at,
         r.finished_at, (select count(*) from delivery_queue q where q.tenant_id = $1 and q.replay_id = r.id) as waiting
    from replays r join webhooks w on w.tenant_id = r.tenant_id and w.id = r.webhook_id
   where r.tenant_id = $1`;

export function showReplay(row: ReplayRow): Replay {
  return {
    id: publicId('replay', row.id),
    webhookId: publicId('webhook', row.webhook_id),
    webhookName: row.webhook_name,
    what: row.what,
    eventTypes: row.event_types,
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    perSecond: row.per_second,
    status: row.status,
    reason: row.reason,
    looked: row.looked,
    progress: row.status === 'done' ? 1 : progressOf(row),
    queued: row.queued,
    waiting: row.waiting,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** How much of the span lies behind the cursor. */
function progressOf({ cursor_id, from_at, to_at }: ReplayRow): number {
  const share = (momentOf(cursor_id) - from_at.getTime()) / (to_at.getTime() - from_at.getTime());
  return Math.min(1, Math.max(0, share));
}

export interface NewReplay {
  id: string;
  webhookId: string;
  what: Replay['what'];
  eventTypes: readonly string[] | null;
  from: Date;
  to: Date;
  perSecond: number;
  cursorId: string;
  now: Date;
  traceId: string;
}

export async function insertReplay(tx: Tx, tenantId: string, replay: NewReplay): Promise<void> {
  await tx.query(
    `insert into replays (tenant_id, id, webhook_id, what, event_types, from_at, to_at, per_second, status, cursor_id,
                          next_at, trace_id, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, $11, $10, $10)`,
    [
      tenantId,
      replay.id,
      replay.webhookId,
      replay.what,
      replay.eventTypes,
      replay.from,
      replay.to,
      replay.perSecond,
      replay.cursorId,
      replay.now,
      replay.traceId,
    ],
  );
}

export async function readReplayRow(tx: Tx, tenantId: string, id: string): Promise<ReplayRow | undefined> {
  return (await tx.query<ReplayRow>(`${selectReplays} and r.id = $2`, [tenantId, id]))[0];
}

/** Replays of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listReplayRows(
  tx: Tx,
  tenantId: string,
  page: { before?: string | undefined; webhookId?: string | undefined; limit: number },
): Promise<ReplayRow[]> {
  return tx.query(
    `${selectReplays} and ($2::uuid is null or r.id < $2) and ($3::uuid is null or r.webhook_id = $3)
      order by r.id desc limit $4`,
    [tenantId, page.before ?? null, page.webhookId ?? null, page.limit + 1],
  );
}

/** The moment of the tenant's oldest event that is still in the log; undefined when it is empty. */
export async function readLogStart(tx: Tx, tenantId: string): Promise<string | undefined> {
  const rows = await tx.query<{ id: string }>(
    'select id from events where tenant_id = $1 order by id limit 1',
    [tenantId],
  );
  return rows[0]?.id;
}

/** A replay that still has work, locked, so that two jobs of it take turns. */
export async function lockRunningReplay(
  tx: Tx,
  tenantId: string,
  id: string,
): Promise<Omit<ReplayRow, 'webhook_name' | 'waiting'> | undefined> {
  const rows = await tx.query<ReplayRow>(
    `select id, webhook_id, what, event_types, from_at, to_at, per_second, status, reason, cursor_id, looked, queued,
            next_at, waits_for, trace_id, created_at, updated_at, finished_at
       from replays where tenant_id = $1 and id = $2 and status = 'running' for update`,
    [tenantId, id],
  );
  return rows[0];
}

/** Notes how far a replay has come, with what it has queued on the way. */
export async function moveReplay(
  tx: Tx,
  tenantId: string,
  id: string,
  step: { cursorId: string; looked: number; queued: number; nextAt: Date; now: Date },
): Promise<void> {
  await tx.query(
    `update replays set cursor_id = $3, looked = looked + $4, queued = queued + $5, next_at = $6, updated_at = $7
      where tenant_id = $1 and id = $2`,
    [tenantId, id, step.cursorId, step.looked, step.queued, step.nextAt, step.now],
  );
}

/** Ends a replay that is running. @returns false when it had ended before */
export async function endReplay(
  tx: Tx,
  tenantId: string,
  id: string,
  end: { status: 'done' | 'cancelled' | 'failed'; reason: string | null; now: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `update replays set status = $3, reason = $4, finished_at = $5, updated_at = $5
      where tenant_id = $1 and id = $2 and status = 'running' returning 1`,
    [tenantId, id, end.status, end.reason, end.now],
  );
  return rows.length > 0;
}

/** One event or failed delivery that a replay looks at. */
export interface CandidateRow {
  /** Where the walk goes on behind: the event's id, or the delivery's where only those are walked. */
  id: string;
  /** null where the event is erased or past its retention; what follows is then null too. */
  event_id: string | null;
  type: string;
  subject: string | null;
  data: object;
  trace_id: string;
  occurred_at: Date;
  forward: boolean;
  delivery_id: string | null;
  outcome: 'delivered' | 'retrying' | 'exhausted' | 'skipped' | null;
  attempts: number;
  is_queued: boolean;
}

const lastAttempt = `left join lateral (
    select number, outcome from attempts
     where tenant_id = $1 and delivery_id = d.id order by number desc limit 1) a on true
  left join delivery_queue q on q.tenant_id = $1 and q.delivery_id = d.id`;

/** The next events of the log within (after, below), with what became of them for a webhook. In order. */
export function readEventCandidates(
  tx: Tx,
  tenantId: string,
  walk: { webhookId: string; after: string; below: string; limit: number },
): Promise<CandidateRow[]> {
  return tx.query(
    `with e as materialized (
       select * from events where tenant_id = $1 and id > $3 and id < $4 and erased_at is null order by id limit $5),
     -- A replay may have made a delivery on any later day. All are looked for at once, a scan a day: an event at a time
     -- it would be a scan for each event and day.
     d as materialized (
       select distinct on (event_id) event_id, id from deliveries
        where tenant_id = $1 and webhook_id = $2 and id > $3 and event_id = any(array(select id from e))
        order by event_id, id)
     select e.id, e.id as event_id, e.type, e.subject, e.data, e.trace_id, e.occurred_at, e.forward,
            d.id as delivery_id, a.outcome, coalesce(a.number, 0) as attempts, q.delivery_id is not null as is_queued
       from e left join d on d.event_id = e.id
       ${lastAttempt}
      order by e.id`,
    [tenantId, walk.webhookId, walk.after, walk.below, walk.limit],
    'replay.events',
  );
}

/** The next deliveries of a webhook within (after, below) that were given up at some time. In order. */
export function readFailedCandidates(
  tx: Tx,
  tenantId: string,
  walk: { webhookId: string; after: string; below: string; limit: number },
): Promise<CandidateRow[]> {
  return tx.query(
    `select f.delivery_id as id, e.id as event_id, e.type, e.subject, e.data, e.trace_id, e.occurred_at, e.forward, d.id as delivery_id,
            a.outcome, coalesce(a.number, 0) as attempts, q.delivery_id is not null as is_queued
       from (select distinct delivery_id from attempts
              where tenant_id = $1 and outcome = 'exhausted' and webhook_id = $2 and delivery_id > $3 and delivery_id < $4
              order by delivery_id limit $5) f
       -- None is dropped here: the walk goes on behind the last of as many as it asked for.
       left join deliveries d on d.tenant_id = $1 and d.id = f.delivery_id
       left join events e on e.tenant_id = $1 and e.id = d.event_id and e.erased_at is null
       ${lastAttempt}
      order by f.delivery_id`,
    [tenantId, walk.webhookId, walk.after, walk.below, walk.limit],
    'replay.failed',
  );
}

export interface QueuedAgain {
  deliveryId: string;
  /** Set for a delivery that has to be made first. */
  newOfEvent: string | null;
  attempt: number;
  dueAt: Date;
  /** See consent-gate. */
  consentKey: string | null;
  /** See order-key. */
  orderKey: string | null;
}

/**
 * Puts deliveries into the queue for a replay, those that never were being made on the way; what has an order, in the
 * order given, behind what waits already. What got into the queue meanwhile stays as it is there.
 *
 * @param lane held when the webhook is not active: they then go out when it is resumed
 * @returns how many were put
 */
export async function queueReplayed(
  tx: Tx,
  tenantId: string,
  replay: { id: string; webhookId: string; lane: 'retry' | 'held' },
  rows: readonly QueuedAgain[],
): Promise<number> {
  const made = rows.filter((row) => row.newOfEvent !== null);
  if (made.length > 0) {
    await tx.query(
      `insert into deliveries (tenant_id, id, event_id, webhook_id)
       select $1, g.id, g.event_id, $2 from unnest($3::uuid[], $4::uuid[]) as g (id, event_id)`,
      [tenantId, replay.webhookId, made.map((row) => row.deliveryId), made.map((row) => row.newOfEvent)],
    );
  }
  const put = await tx.query(
    `insert into delivery_queue (tenant_id, delivery_id, webhook_id, due_at, attempt, lane, replay_id, consent_key,
                                 order_key, order_number, fence)
     select $1, g.id, $2, g.due_at, g.attempt, $3, $4, g.consent_key, g.order_key,
            case when g.order_key is not null then nextval('delivery_order') end, nextval('delivery_fence')
       from (select * from unnest($5::uuid[], $6::timestamptz[], $7::int[], $8::text[], $9::text[]) with ordinality
               as rows (id, due_at, attempt, consent_key, order_key, place) order by place) as g
     on conflict do nothing returning 1`,
    [
      tenantId,
      replay.webhookId,
      replay.lane,
      replay.id,
      rows.map((row) => row.deliveryId),
      rows.map((row) => row.dueAt),
      rows.map((row) => row.attempt),
      rows.map((row) => row.consentKey),
      rows.map((row) => row.orderKey),
    ],
  );
  return put.length;
}
