import type { Tx } from '@mortise/platform/database';

/** An erased event whose deliveries may have been on their way. */
export interface ErasedEvent extends Record<string, unknown> {
  tenant_id: string;
  event_id: string;
  /** Whether nothing was under way when it was looked at before. */
  settled_once: boolean;
}

/** Notes events that are being erased, in that transaction, to be looked at again. */
export async function noteErased(
  tx: Tx,
  tenantId: string,
  eventIds: readonly string[],
  lookAt: Date,
): Promise<void> {
  await tx.query(
    `insert into erased_events (tenant_id, event_id, look_at) select $1, id, $3 from unnest($2::uuid[]) as e (id)
     on conflict (tenant_id, event_id) do update set look_at = excluded.look_at, settled_once = false`,
    [tenantId, eventIds, lookAt],
  );
}

/** Events that are to be looked at, for this transaction alone. */
export function takeErased(tx: Tx, now: Date, limit: number): Promise<ErasedEvent[]> {
  return tx.query<ErasedEvent>(
    `select tenant_id, event_id, settled_once from erased_events where look_at <= $1
      order by look_at limit $2 for update skip locked`,
    [now, limit],
    'delivery.takeErased',
  );
}

const columns = (events: readonly Pick<ErasedEvent, 'tenant_id' | 'event_id'>[]) => [
  events.map((event) => event.tenant_id),
  events.map((event) => event.event_id),
];

/**
 * The deliveries of some events that a process has in its memory: claimed from the queue, or accepted and never tried
 * (an attempt and the delivery's place in the queue are written in one commit).
 */
const underWay = `
  select e.tenant_id, e.event_id, d.webhook_id
    from unnest($1::uuid[], $2::uuid[]) as e (tenant_id, event_id)
    join deliveries d on d.tenant_id = e.tenant_id and d.event_id = e.event_id
    left join delivery_queue q on q.tenant_id = d.tenant_id and q.delivery_id = d.id
   where q.claimed_by is not null
      or (q.delivery_id is null and exists (select from processes p where p.id = d.accepted_by)
          and not exists (select from attempts a where a.tenant_id = d.tenant_id and a.delivery_id = d.id))`;

/** Those of some events of which a delivery is still under way. */
export async function readUnderWay(tx: Tx, events: readonly ErasedEvent[]): Promise<Set<string>> {
  const rows = await tx.query<{ event_id: string }>(
    `select distinct event_id from (${underWay}) u`,
    columns(events),
    'delivery.underWay',
  );
  return new Set(rows.map((row) => row.event_id));
}

/** The webhooks that deliveries of some events are under way to. */
export async function readWebhooksUnderWay(
  tx: Tx,
  tenantId: string,
  eventIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ webhook_id: string }>(
    `select distinct webhook_id from (${underWay}) u`,
    columns(eventIds.map((id) => ({ tenant_id: tenantId, event_id: id }))),
  );
  return rows.map((row) => row.webhook_id);
}

/**
 * Blanks what attempts have kept of some events. Why a transform failed (`describeTransform`) may repeat a value of the
 * event's: that it failed is left.
 */
export async function blankAttempts(
  tx: Tx,
  events: readonly Pick<ErasedEvent, 'tenant_id' | 'event_id'>[],
): Promise<void> {
  await tx.query(
    `with own as materialized (
       select d.tenant_id, d.id from unnest($1::uuid[], $2::uuid[]) as e (tenant_id, event_id)
         join deliveries d on d.tenant_id = e.tenant_id and d.event_id = e.event_id)
     update attempts a
        set request_body = null, response_body = null, response_headers = null,
            error = case when a.error like 'The transform failed: %' then 'The transform failed.' else a.error end
       from own where a.tenant_id = own.tenant_id and a.delivery_id = own.id
        and (a.request_body is not null or a.response_body is not null or a.response_headers is not null
             or a.error like 'The transform failed: %')`,
    columns(events),
    'delivery.blankAttempts',
  );
}

/** Has events looked at once more. */
export async function lookAgain(
  tx: Tx,
  events: readonly ErasedEvent[],
  lookAt: Date,
  settledOnce: boolean,
): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `update erased_events n set look_at = $3, settled_once = $4
       from unnest($1::uuid[], $2::uuid[]) as e (tenant_id, event_id)
      where n.tenant_id = e.tenant_id and n.event_id = e.event_id`,
    [...columns(events), lookAt, settledOnce],
  );
}

/** Forgets events of which nothing is left to be blanked. */
export async function forgetErased(tx: Tx, events: readonly ErasedEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `delete from erased_events n using unnest($1::uuid[], $2::uuid[]) as e (tenant_id, event_id)
      where n.tenant_id = e.tenant_id and n.event_id = e.event_id`,
    columns(events),
  );
}
