import { textArray, uuidArray, type Tx } from '@mortise/platform/database';
import type { Circuit } from './judge-circuit.ts';
import type { Lane } from './outgoing.ts';
import { secretsInForce } from './subscription-store.ts';

export interface NewDelivery {
  tenantId: string;
  id: string;
  eventId: string;
  webhookId: string;
  /** Where in the queue it goes; null when this process holds it in memory. */
  lane: 'first' | 'held' | null;
  /** Whose consent to what it needs, see consent-gate; null where none. */
  consentKey: string | null;
  /** Under what it is ordered among the webhook's deliveries; only where it goes to the queue. */
  orderKey: string | null;
}

/** No list where it would hold nothing: what is missing reads as null. */
const unlessEmpty = (values: readonly (string | null)[]) =>
  values.some((value) => value !== null) ? textArray(values) : null;

/**
 * Writes deliveries, without a round trip of its own. If the process has been taken for gone meanwhile all of them go
 * to the queue.
 *
 * @param answered told whether the process's own are accepted, before the commit
 */
export function insertDeliveries(
  tx: Tx,
  processId: string,
  now: Date,
  deliveries: readonly NewDelivery[],
  answered: (accepted: boolean) => void,
): void {
  tx.send(
    `with alive as materialized (select id from processes where id = $1 and gone_at is null),
     given as materialized (
       select * from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[])
               with ordinality as g (tenant_id, id, event_id, webhook_id, lane, order_key, consent_key, place)),
     made as (
       insert into deliveries (tenant_id, id, event_id, webhook_id, accepted_by, created_at)
       select tenant_id, id, event_id, webhook_id, case when lane is null then (select id from alive) end, $2 from given),
     queued as (
       insert into delivery_queue (tenant_id, delivery_id, webhook_id, due_at, attempt, lane, consent_key, order_key,
                                   order_number)
       select tenant_id, id, webhook_id, $2, 1, lane, consent_key, order_key,
              case when order_key is not null then nextval('delivery_order') end
         from (select tenant_id, id, webhook_id, coalesce(lane, 'first') as lane, consent_key, order_key from given
                where lane is not null or not exists (select from alive) order by place) as waiting)
     select exists (select from alive) as accepted`,
    [
      processId,
      now,
      uuidArray(deliveries.map((delivery) => delivery.tenantId)),
      uuidArray(deliveries.map((delivery) => delivery.id)),
      uuidArray(deliveries.map((delivery) => delivery.eventId)),
      uuidArray(deliveries.map((delivery) => delivery.webhookId)),
      unlessEmpty(deliveries.map((delivery) => delivery.lane)),
      unlessEmpty(deliveries.map((delivery) => delivery.orderKey)),
      unlessEmpty(deliveries.map((delivery) => delivery.consentKey)),
    ],
    'delivery.accept',
    ([row]) => answered(row?.accepted === true),
  );
}

/** What became of a transaction that wrote deliveries, and whether it put them into this process's memory. */
export interface TransactionEnd {
  status: 'committed' | 'aborted' | 'in progress';
  accepted: boolean;
}

/** What became of transactions whose end this process has not heard of, in their order. */
export async function readTransactionEnds(
  tx: Tx,
  open: readonly { xid: string; tenantId: string; deliveryId: string }[],
): Promise<TransactionEnd[]> {
  // Where the server does not know, the row itself tells: too long ago, or before a fail-over that lost it, which is
  // when it lies beyond the newest id, the one that this transaction gets.
  const ends = await tx.query<{ status: TransactionEnd['status'] | null }>(
    `select case when t.xid < pg_current_xact_id() then pg_xact_status(t.xid) end as status
       from unnest($1::xid8[]) with ordinality as t (xid, place) order by place`,
    [open.map((one) => one.xid)],
  );
  // Only now: a statement that asks for both does not see the rows of what commits while it runs, and knows it committed.
  const rows = await tx.query<{ written: boolean; accepted: boolean }>(
    `select d.id is not null as written, d.accepted_by is not null as accepted
       from unnest($1::uuid[], $2::uuid[]) with ordinality as t (tenant_id, delivery_id, place)
       left join deliveries d on d.tenant_id = t.tenant_id and d.id = t.delivery_id
      order by place`,
    [open.map((one) => one.tenantId), open.map((one) => one.deliveryId)],
  );
  return rows.map(({ written, accepted }, index) => ({
    status: ends[index]?.status ?? (written ? 'committed' : 'aborted'),
    accepted,
  }));
}

/** Puts all that a process accepted and has no result for into the queue, and frees what it had claimed. */
export async function requeueOf(tx: Tx, processId: string, lowWater: string, now: Date): Promise<void> {
  await tx.query(
    `insert into delivery_queue (tenant_id, delivery_id, webhook_id, due_at, attempt, lane)
     select d.tenant_id, d.id, d.webhook_id, $3, 1, 'first' from deliveries d
       -- A look-up a delivery, whatever the planner thinks: there are few, and many attempts.
       left join lateral (
         select true as tried from attempts where tenant_id = d.tenant_id and delivery_id = d.id limit 1) a on true
      where d.accepted_by = $1 and d.id >= $2 and a.tried is null
     on conflict do nothing`,
    [processId, lowWater, now],
  );
  await tx.query('update delivery_queue set claimed_by = null, claimed_until = null where claimed_by = $1', [
    processId,
  ]);
}

export interface ClaimedRow {
  tenant_id: string;
  delivery_id: string;
  webhook_id: string;
  attempt: number;
  lane: Lane;
  fence: number;
  due_at: Date;
  /** How often it was put back since its last attempt, for trouble of our own. */
  setbacks: number;
  /** Whether it has a key by which deliveries are ordered. */
  ordered: boolean;
}

/** What a claimed delivery needs to be sent; nulls where the event has expired or the webhook never was. */
export interface ClaimedContent {
  tenant_id: string;
  delivery_id: string;
  event_id: string | null;
  type: string;
  subject: string | null;
  data: object;
  trace_id: string;
  occurred_at: Date;
  erased: boolean;
  url: string | null;
  version: number;
  settings: object;
  auth_secret: Buffer | null;
  status: 'active' | 'paused' | 'disabled';
  circuit: Circuit | null;
  deleted: boolean;
  secret_ids: string[] | null;
  sealed: Buffer[] | null;
}

export function readContents(tx: Tx, claimed: readonly ClaimedRow[], now: Date): Promise<ClaimedContent[]> {
  return tx.query(
    `select c.tenant_id, c.delivery_id, e.id as event_id, e.type, e.subject, e.data, e.trace_id, e.occurred_at,
            e.erased_at is not null as erased, w.url, w.version, w.settings, w.auth_secret, w.status, w.circuit,
            w.deleted_at is not null as deleted,
            s.secret_ids, s.sealed
       from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as c (tenant_id, delivery_id, webhook_id)
       left join deliveries d on d.tenant_id = c.tenant_id and d.id = c.delivery_id
       left join events e on e.tenant_id = c.tenant_id and e.id = d.event_id
       left join webhooks w on w.tenant_id = c.tenant_id and w.id = c.webhook_id ${secretsInForce}`,
    [
      now,
      claimed.map((row) => row.tenant_id),
      claimed.map((row) => row.delivery_id),
      claimed.map((row) => row.webhook_id),
    ],
    'delivery.contents',
  );
}

/**
 * Puts claimed deliveries of webhooks that are not active aside, or back if they have been resumed meanwhile or are
 * just being changed. It waits for nobody: who claims has rows of the queue already, and webhooks come first.
 */
export async function holdClaimed(tx: Tx, claimed: readonly ClaimedRow[]): Promise<void> {
  await tx.query(
    `with inactive as materialized (
       select w.tenant_id, w.id from webhooks w
        where (w.tenant_id, w.id) in (select * from unnest($1::uuid[], $3::uuid[])) and w.status <> 'active'
        order by w.tenant_id, w.id for share skip locked)
     update delivery_queue q
        set claimed_by = null, claimed_until = null,
            lane = case when exists (select from inactive i where i.tenant_id = q.tenant_id and i.id = q.webhook_id)
                        then 'held' else q.lane end
       from unnest($1::uuid[], $2::uuid[], $4::int[]) as c (tenant_id, delivery_id, fence)
      where q.tenant_id = c.tenant_id and q.delivery_id = c.delivery_id and q.fence = c.fence`,
    [
      claimed.map((row) => row.tenant_id),
      claimed.map((row) => row.delivery_id),
      claimed.map((row) => row.webhook_id),
      claimed.map((row) => row.fence),
    ],
  );
}

/** Frees claims without having sent anything. */
export async function freeClaims(
  tx: Tx,
  claimed: readonly Pick<ClaimedRow, 'tenant_id' | 'delivery_id' | 'fence'>[],
): Promise<void> {
  await tx.query(
    `update delivery_queue q set claimed_by = null, claimed_until = null
       from unnest($1::uuid[], $2::uuid[], $3::int[]) as c (tenant_id, delivery_id, fence)
      where q.tenant_id = c.tenant_id and q.delivery_id = c.delivery_id and q.fence = c.fence`,
    [
      claimed.map((row) => row.tenant_id),
      claimed.map((row) => row.delivery_id),
      claimed.map((row) => row.fence),
    ],
  );
}

/**
 * Makes claims of a process last anew, where they still stand. One whose row is locked is passed over, and not waited for by rows
 * that are locked here already: whoever has it is just writing what came of it.
 */
export async function renewClaims(
  tx: Tx,
  processId: string,
  claimed: readonly Pick<ClaimedRow, 'tenant_id' | 'delivery_id' | 'fence'>[],
  leaseMs: number,
): Promise<void> {
  await tx.query(
    `with standing as (
       select q.tenant_id, q.delivery_id
         from unnest($1::uuid[], $2::uuid[], $3::int[]) as c (tenant_id, delivery_id, fence)
         join delivery_queue q using (tenant_id, delivery_id, fence)
        where q.claimed_by = $4 for update of q skip locked)
     update delivery_queue q set claimed_until = now() + make_interval(secs => $5)
       from standing s where q.tenant_id = s.tenant_id and q.delivery_id = s.delivery_id`,
    [
      claimed.map((row) => row.tenant_id),
      claimed.map((row) => row.delivery_id),
      claimed.map((row) => row.fence),
      processId,
      leaseMs / 1000,
    ],
    'delivery.renew',
  );
}
