import type { Tx } from '@mortise/platform/database';
import type { Lane } from './outgoing.ts';
import type { ClaimedRow } from './pipeline-store.ts';
import type { DueLine } from './share-claims.ts';

/** Where a tour of the queue stands: the webhook that was looked at last. */
export type Place = DueLine;
export const beginning: Place = {
  tenant_id: '00000000-0000-0000-0000-000000000000',
  webhook_id: '00000000-0000-0000-0000-000000000000',
};

const claimable = `claimed_by is null and order_key is null and lane <> 'held'`;

/**
 * The webhooks of what is due longest in a lane.
 *
 * @param most how many deliveries are looked at
 * @returns whether that was all that is due
 */
export async function readSoonest(
  tx: Tx,
  lane: Lane,
  now: Date,
  most: number,
): Promise<{ lines: DueLine[]; all: boolean }> {
  const rows = await tx.query<DueLine & { count: number }>(
    `select tenant_id, webhook_id, count(*)::int as count
       from (select tenant_id, webhook_id, due_at from delivery_queue
              where lane = $1 and due_at <= $2 and ${claimable} order by due_at limit $3) as due
      group by 1, 2 order by min(due_at)`,
    [lane, now, most],
    'delivery.soonest',
  );
  return { lines: rows, all: rows.reduce((sum, row) => sum + row.count, 0) < most };
}

/**
 * Goes on through the webhooks that have something in a lane, in the order of the index, a look-up each however much
 * waits for it.
 *
 * @returns those it came by, with whether something is due; fewer than `count` at the end of the tour
 */
export function readLines(
  tx: Tx,
  lane: Lane,
  now: Date,
  after: Place,
  count: number,
): Promise<(DueLine & { due: boolean })[]> {
  const step = (tenant: string, webhook: string) =>
    `select tenant_id, webhook_id, due_at from delivery_queue
      where lane = $1 and ${claimable} and (tenant_id, webhook_id) > (${tenant}, ${webhook})
      order by tenant_id, webhook_id, due_at limit 1`;
  return tx.query(
    `with recursive lines as (
       (select tenant_id, webhook_id, due_at, 1 as n from (${step('$3::uuid', '$4::uuid')}) as one)
       union all
       select next.tenant_id, next.webhook_id, next.due_at, l.n + 1
         from lines l cross join lateral (${step('l.tenant_id', 'l.webhook_id')}) as next where l.n < $5)
     select tenant_id, webhook_id, due_at <= $2 as due from lines`,
    [lane, now, after.tenant_id, after.webhook_id, count],
    'delivery.lines',
  );
}

/** The same for webhooks that have something with a key, whatever lane it is in and whether it is due or not. */
export function readOrderedLines(tx: Tx, after: Place, count: number): Promise<DueLine[]> {
  const step = (tenant: string, webhook: string) =>
    `select tenant_id, webhook_id from delivery_queue
      where lane <> 'held' and order_key is not null and (tenant_id, webhook_id) > (${tenant}, ${webhook})
      order by tenant_id, webhook_id limit 1`;
  return tx.query(
    `with recursive lines as (
       (select tenant_id, webhook_id, 1 as n from (${step('$1::uuid', '$2::uuid')}) as one)
       union all
       select next.tenant_id, next.webhook_id, l.n + 1
         from lines l cross join lateral (${step('l.tenant_id', 'l.webhook_id')}) as next where l.n < $3)
     select tenant_id, webhook_id from lines`,
    [after.tenant_id, after.webhook_id, count],
    'delivery.ordered',
  );
}

export interface Claim {
  processId: string;
  now: Date;
  leaseMs: number;
  /** How many of each webhook. */
  shares: readonly { line: DueLine; count: number }[];
}

const sharesOf = ({ shares }: Claim) => [
  shares.map(({ line }) => line.tenant_id),
  shares.map(({ line }) => line.webhook_id),
  shares.map(({ count }) => count),
];

/**
 * Locks what was chosen, where it is still free, and makes it the process's own. The claim's fence is no other claim's:
 * counted in the row it would begin anew where the row is made anew, by a replay or by hand, and whoever had an earlier
 * claim of the delivery, and comes back late from an outage with what it made of it, would end another's. For the same
 * reason such a row has a fence of its own from the start: 0 is the fence of what a process had in memory alone.
 */
const take = `
     free as (
       select q.tenant_id, q.delivery_id from chosen c join delivery_queue q using (tenant_id, delivery_id)
        where q.lane <> 'held' and q.claimed_by is null and q.due_at <= $2
          for update of q skip locked)
     update delivery_queue q
        set claimed_by = $1, claimed_until = now() + make_interval(secs => $3), fence = nextval('delivery_fence')
       from free where q.tenant_id = free.tenant_id and q.delivery_id = free.delivery_id
     returning q.tenant_id, q.delivery_id, q.webhook_id, q.attempt, q.lane, q.fence, q.due_at, q.setbacks,
               q.order_key is not null as ordered`;

/** Claims what is due of some webhooks in a lane, of each the longest due. */
export function claimLines(tx: Tx, lane: Lane, claim: Claim): Promise<ClaimedRow[]> {
  return tx.query(
    `with chosen as materialized (
       select due.* from unnest($4::uuid[], $5::uuid[], $6::int[]) as s (tenant_id, webhook_id, count)
        cross join lateral (
          select q.tenant_id, q.delivery_id from delivery_queue q
           where q.lane = $7 and q.tenant_id = s.tenant_id and q.webhook_id = s.webhook_id and ${claimable}
             and q.due_at <= $2
           order by q.due_at limit s.count) as due),${take}`,
    [claim.processId, claim.now, claim.leaseMs / 1000, ...sharesOf(claim), lane],
    'delivery.claim',
  );
}

/**
 * Claims heads of keys: of each key of these webhooks the one with the least number, if it is due and nobody's. What
 * is claimed is a head still, so that a key has one on its way at a time, whichever process has it. It steps from
 * key to key, a look-up each, and begins anywhere, so that with more keys than it comes by each has its turn.
 */
export function claimHeads(
  tx: Tx,
  claim: Claim & { from: string; keysPerWebhook: number },
): Promise<ClaimedRow[]> {
  const step = (bound: string, until = '') =>
    `select order_key, delivery_id, due_at, claimed_by from delivery_queue
      where lane <> 'held' and order_key is not null and tenant_id = s.tenant_id and webhook_id = s.webhook_id
        and order_key ${bound}${until} order by order_key, order_number limit 1`;
  const walk = (first: string, until = '') => `(
            with recursive heads as (
              (select one.*, 1 as n from (${step(first, until)}) as one)
              union all
              select next.*, h.n + 1 from heads h cross join lateral (${step('> h.order_key', until)}) as next
               where h.n < $8)
            select delivery_id from heads where claimed_by is null and due_at <= $2)`;
  return tx.query(
    `with chosen as materialized (
       select s.tenant_id, due.delivery_id
         from unnest($4::uuid[], $5::uuid[], $6::int[]) as s (tenant_id, webhook_id, count)
        cross join lateral (
          select * from (${walk('>= $7')} union all ${walk(`>= ''`, ' and order_key < $7')}) as both_ways
           limit s.count) as due),${take}`,
    [claim.processId, claim.now, claim.leaseMs / 1000, ...sharesOf(claim), claim.from, claim.keysPerWebhook],
    'delivery.claimHeads',
  );
}

/** Frees claims that were not renewed in time, whoever had made them. */
export async function freeLapsed(tx: Tx): Promise<void> {
  await tx.query(
    `update delivery_queue set claimed_by = null, claimed_until = null
      where (tenant_id, delivery_id) in (
        select tenant_id, delivery_id from delivery_queue
         where claimed_by is not null and claimed_until < now() for update skip locked)`,
    [],
    'delivery.freeLapsed',
  );
}

/** When the next of what nobody has claimed is due. What has a key is not looked at: its end wakes whoever waits. */
export async function readNextDue(tx: Tx): Promise<Date | undefined> {
  const rows = await tx.query<{ due_at: Date }>(
    `(select due_at from delivery_queue where lane = 'first' and ${claimable} order by due_at limit 1)
     union all
     (select due_at from delivery_queue where lane = 'retry' and ${claimable} order by due_at limit 1)
     order by due_at limit 1`,
    [],
    'delivery.nextDue',
  );
  return rows[0]?.due_at;
}
