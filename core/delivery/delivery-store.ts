import type { Attempt, Delivery } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { idFloor, momentOf, publicId, traceIdOf } from '../kernel/index.ts';

export interface DeliveryRow {
  id: string;
  event_id: string;
  webhook_id: string;
  created_at: Date;
  event_type: string | null;
  trace_id: string | null;
  webhook_name: string | null;
  url: string | null;
  lane: 'first' | 'retry' | 'held' | null;
  due_at: Date | null;
  attempts: number;
  outcome: 'delivered' | 'retrying' | 'exhausted' | 'skipped' | null;
  status_code: number | null;
  error: string | null;
  delivered_at: Date | null;
}

/** Where a delivery stands: what waits in the queue decides, else its last attempt, else it is on its way. */
function statusOf(row: Pick<DeliveryRow, 'lane' | 'outcome'>): Delivery['status'] {
  if (row.lane === 'held') return 'held';
  if (row.lane === 'retry') return 'retrying';
  if (row.lane === 'first' || row.outcome === null) return 'pending';
  if (row.outcome === 'delivered' || row.outcome === 'skipped') return row.outcome;
  return row.outcome === 'exhausted' ? 'failed' : 'retrying';
}

export function showDelivery(row: DeliveryRow): Delivery {
  const status = statusOf(row);
  return {
    id: publicId('delivery', row.id),
    eventId: publicId('event', row.event_id),
    eventType: row.event_type ?? 'expired',
    webhookId: publicId('webhook', row.webhook_id),
    webhookName: row.webhook_name ?? '',
    url: row.url ?? '',
    status,
    attempts: row.attempts,
    lastStatusCode: row.status_code,
    lastError: row.error,
    nextAttemptAt: status === 'held' ? null : (row.due_at?.toISOString() ?? null),
    traceId: traceIdOf(row.trace_id ?? row.event_id),
    createdAt: row.created_at.toISOString(),
    deliveredAt: row.delivered_at?.toISOString() ?? null,
  };
}

/** Deliveries by id with all that is told of them, in the order of the ids given. */
export function readDeliveryRows(tx: Tx, tenantId: string, ids: readonly string[]): Promise<DeliveryRow[]> {
  return tx.query(
    `select d.id, d.event_id, d.webhook_id, d.created_at, e.type as event_type, e.trace_id,
            w.name as webhook_name, w.url, q.lane, q.due_at,
            coalesce(a.number, 0) as attempts, a.outcome, a.status_code, a.error, s.delivered_at
       from unnest($2::uuid[]) with ordinality as g (id, place)
       join deliveries d on d.tenant_id = $1 and d.id = g.id
       left join events e on e.tenant_id = $1 and e.id = d.event_id
       left join webhooks w on w.tenant_id = $1 and w.id = d.webhook_id
       left join delivery_queue q on q.tenant_id = $1 and q.delivery_id = d.id
       left join lateral (
         select number, outcome, status_code, error from attempts
          where tenant_id = $1 and delivery_id = d.id order by number desc limit 1) a on true
       left join lateral (
         select min(started_at + make_interval(secs => duration_ms / 1000)) as delivered_at from attempts
          where tenant_id = $1 and delivery_id = d.id and outcome = 'delivered') s on true
      order by g.place`,
    [tenantId, ids],
    'delivery.rows',
  );
}

export interface DeliveryFilter {
  before?: string | undefined;
  webhookId?: string | undefined;
  eventId?: string | undefined;
  status?: Delivery['status'] | undefined;
  /** A type, or a family. */
  eventType?: string | undefined;
  statusCode?: number | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  limit: number;
}

/**
 * The ids of deliveries, newest first; one more than `limit`, so that the caller sees whether there are more.
 *
 * Each status is read from where it is dense: what waits from the queue, what failed from its own index, and only
 * what was delivered, which is most, from the deliveries themselves.
 */
export async function listDeliveryIds(tx: Tx, tenantId: string, filter: DeliveryFilter): Promise<string[]> {
  const values: unknown[] = [tenantId, filter.limit + 1];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const before = filter.before === undefined ? undefined : bind(filter.before);
  const webhook = filter.webhookId === undefined ? undefined : bind(filter.webhookId);
  const event = filter.eventId === undefined ? undefined : eventRange(filter.eventId).map(bind);
  const from = filter.from === undefined ? undefined : bind(idFloor(filter.from));
  const to = filter.to === undefined ? undefined : bind(idFloor(filter.to));
  const statusCode = filter.statusCode === undefined ? undefined : bind(filter.statusCode);
  const type = filter.eventType === undefined ? '' : ofType(filter.eventType, bind);

  /** @param id the delivery's id in the table that leads */
  const and = (id: string, table: string) =>
    [
      before === undefined ? '' : ` and ${id} < ${before}`,
      from === undefined ? '' : ` and ${id} >= ${from}`,
      to === undefined ? '' : ` and ${id} < ${to}`,
      type === ''
        ? ''
        : ` and exists (select from deliveries o join events e on e.tenant_id = $1 and e.id = o.event_id
                         where o.tenant_id = $1 and o.id = ${id} and ${type})`,
      statusCode === undefined
        ? ''
        : ` and (select l.status_code from attempts l where l.tenant_id = $1 and l.delivery_id = ${id}
                  order by l.number desc limit 1) = ${statusCode}`,
      webhook === undefined ? '' : ` and ${table}.webhook_id = ${webhook}`,
      event === undefined ? '' : ` and ${id} >= ${event[0]} and ${id} < ${event[1]}`,
    ].join('');
  const ofEvent = (id: string) =>
    event === undefined
      ? ''
      : ` and exists (select from deliveries o where o.tenant_id = $1 and o.id = ${id} and o.event_id = ${event[0]})`;
  const waiting = (lanes: string) =>
    `select q.delivery_id as id from delivery_queue q
      where q.tenant_id = $1 and q.lane = '${lanes}'${and('q.delivery_id', 'q')}${ofEvent('q.delivery_id')}
      order by q.delivery_id desc limit $2`;
  const notQueued = (id: string) =>
    `not exists (select from delivery_queue q where q.tenant_id = $1 and q.delivery_id = ${id})`;

  const endedAs = (outcome: string) =>
    `select a.delivery_id as id from attempts a
      where a.tenant_id = $1 and a.outcome = '${outcome}'${and('a.delivery_id', 'a')}${ofEvent('a.delivery_id')}
        and not exists (select from attempts l where l.tenant_id = $1 and l.delivery_id = a.delivery_id
                           and l.number > a.number)
        and ${notQueued('a.delivery_id')}
      order by a.delivery_id desc limit $2`;

  const queries: Record<NonNullable<DeliveryFilter['status']> | 'any', string> = {
    any: `select d.id from deliveries d where d.tenant_id = $1${and('d.id', 'd')}
          ${event === undefined ? '' : `and d.event_id = ${event[0]}`} order by d.id desc limit $2`,
    held: waiting('held'),
    retrying: waiting('retry'),
    // In the queue for the first time, or in the memory of a process: above its low-water mark and without an attempt.
    pending: `select id from (
        (${waiting('first')}) union all
        (select d.id from processes p join deliveries d on d.accepted_by = p.id and d.id >= p.low_water
           left join lateral (select true as tried from attempts where tenant_id = $1 and delivery_id = d.id limit 1) a on true
          where d.tenant_id = $1${and('d.id', 'd')}${event === undefined ? '' : ` and d.event_id = ${event[0]}`}
            and a.tried is null and ${notQueued('d.id')}
          order by d.id desc limit $2)) as pending
      order by id desc limit $2`,
    failed: endedAs('exhausted'),
    skipped: endedAs('skipped'),
    // Said by what it is not: that tells the planner that most are, so that it reads them in order and stops early.
    delivered: `select d.id from deliveries d
       join lateral (
         select outcome from attempts where tenant_id = $1 and delivery_id = d.id order by number desc limit 1) a on true
      where d.tenant_id = $1${and('d.id', 'd')}${event === undefined ? '' : ` and d.event_id = ${event[0]}`}
        and a.outcome <> 'retrying' and a.outcome <> 'exhausted' and a.outcome <> 'skipped' and ${notQueued('d.id')}
      order by d.id desc limit $2`,
  };
  const rows = await tx.query<{ id: string }>(queries[filter.status ?? 'any'], values);
  return rows.map((row) => row.id);
}

/** The condition on an event's type: it alone, or a family. */
function ofType(subscription: string, bind: (value: unknown) => string): string {
  if (subscription === '*') return 'true';
  if (!subscription.endsWith('.*')) return `e.type = ${bind(subscription)}`;
  return `starts_with(e.type, ${bind(subscription.slice(0, -1))})`;
}

/** The ids that deliveries of an event can have: made after its own in the same transaction, and within a day. */
function eventRange(eventId: string): [string, string] {
  return [eventId, idFloor(new Date(momentOf(eventId) + 86_400_000))];
}

interface AttemptRow {
  delivery_id: string;
  number: number;
  outcome: 'delivered' | 'retrying' | 'exhausted' | 'skipped';
  status_code: number | null;
  error: string | null;
  request_headers: Record<string, string>;
  request_body: string | null;
  response_headers: Record<string, string> | null;
  response_body: string | null;
  duration_ms: number;
  started_at: Date;
  next_attempt_at: Date | null;
}

export function showAttempt(row: AttemptRow): Attempt {
  return {
    number: row.number,
    outcome: row.outcome === 'delivered' || row.outcome === 'skipped' ? row.outcome : 'failed',
    statusCode: row.status_code,
    error: row.error,
    requestHeaders: row.request_headers,
    requestBody: row.request_body,
    responseHeaders: row.response_headers,
    responseBody: row.response_body,
    durationMs: row.duration_ms,
    startedAt: row.started_at.toISOString(),
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
  };
}

/** The attempts of some deliveries, in order. */
export function readAttemptRows(
  tx: Tx,
  tenantId: string,
  deliveryIds: readonly string[],
): Promise<AttemptRow[]> {
  return tx.query(
    `select a.delivery_id, a.number, a.outcome, a.status_code, a.error, a.request_headers, a.request_body,
            a.response_headers, a.response_body, a.duration_ms, a.started_at, a.next_attempt_at
       from unnest($2::uuid[]) as g (id) join attempts a on a.tenant_id = $1 and a.delivery_id = g.id
      order by a.delivery_id, a.number`,
    [tenantId, deliveryIds],
  );
}

/** How many deliveries followed from a trace's events, and the first of them with their attempts. */
export async function readTraceDeliveries(
  tx: Tx,
  tenantId: string,
  traceId: string,
  filter: { subject?: string | undefined; limit: number },
): Promise<{ count: number; rows: DeliveryRow[]; attempts: AttemptRow[] }> {
  const [sum] = await tx.query<{ count: number; first: string | null; last: string | null }>(
    `select coalesce(sum(delivery_count), 0)::int as count,
            (array_agg(id order by id))[1] as first, (array_agg(id order by id desc))[1] as last
       from events where tenant_id = $1 and trace_id = $2 and ($3::text is null or subject = $3) and delivery_count > 0`,
    [tenantId, traceId, filter.subject ?? null],
  );
  if (sum === undefined || sum.first === null || sum.last === null)
    return { count: 0, rows: [], attempts: [] };
  const ids = await tx.query<{ id: string }>(
    `select d.id from events e
       join deliveries d on d.tenant_id = $1 and d.event_id = e.id and d.id >= $4 and d.id < $5
      where e.tenant_id = $1 and e.trace_id = $2 and ($3::text is null or e.subject = $3) and e.delivery_count > 0
      order by d.id limit $6`,
    [tenantId, traceId, filter.subject ?? null, sum.first, eventRange(sum.last)[1], filter.limit],
  );
  const deliveryIds = ids.map((row) => row.id);
  const rows = await readDeliveryRows(tx, tenantId, deliveryIds);
  return { count: sum.count, rows, attempts: await readAttemptRows(tx, tenantId, deliveryIds) };
}

/** The delivery of an event for a webhook. */
export async function findDelivery(
  tx: Tx,
  tenantId: string,
  eventId: string,
  webhookId: string,
): Promise<string | undefined> {
  const rows = await tx.query<{ id: string }>(
    `select id from deliveries where tenant_id = $1 and event_id = $2 and webhook_id = $3 and id >= $2 and id < $4`,
    [tenantId, eventId, webhookId, eventRange(eventId)[1]],
  );
  return rows[0]?.id;
}

/** A delivery's event, for its body; undefined when the event is past its retention. */
export async function readEventOf(tx: Tx, tenantId: string, eventId: string) {
  const rows = await tx.query<{ type: string; subject: string | null; data: object; occurred_at: Date }>(
    'select type, subject, data, occurred_at from events where tenant_id = $1 and id = $2',
    [tenantId, eventId],
  );
  return rows[0];
}

/** The latest event of a type. */
export async function readLatestOf(tx: Tx, tenantId: string, type: string) {
  const rows = await tx.query<{
    id: string;
    type: string;
    subject: string | null;
    data: object;
    occurred_at: Date;
  }>(
    'select id, type, subject, data, occurred_at from events where tenant_id = $1 and type = $2 order by id desc limit 1',
    [tenantId, type],
  );
  return rows[0];
}
