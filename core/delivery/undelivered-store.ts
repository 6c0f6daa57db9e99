import type { Tx } from '@mortise/platform/database';

/** Deliveries of one webhook that have not arrived for one reason. */
export interface UndeliveredRow {
  webhook_id: string;
  webhook_name: string;
  webhook_status: 'active' | 'paused' | 'disabled' | 'deleted';
  webhook_reason: string | null;
  why: 'held' | 'failed' | 'retrying' | 'waiting' | 'sending';
  count: number;
  oldest_at: Date;
  next_at: Date | null;
  /** Whether trouble of our own keeps some of them from being sent. */
  is_our_trouble: boolean;
  status_code: number | null;
  error: string | null;
}

/** How many rows of each kind are looked at: figures past it say "at least". */
export const mostCounted = 50_000;

/**
 * What has not been delivered, by webhook and reason: from the queue, from what processes hold in memory, and from
 * what was given up. Each is read from where it is dense and no further than `mostCounted` rows; what it was last
 * answered is that of the newest among them.
 */
export function readUndeliveredRows(
  tx: Tx,
  tenantId: string,
  webhookId: string | undefined,
): Promise<UndeliveredRow[]> {
  return tx.query(
    `with waiting as materialized (
       select webhook_id, delivery_id, due_at, setbacks > 0 as is_our_trouble,
              case when lane = 'held' then 'held' when claimed_by is not null then 'sending'
                   when attempt > 1 or lane = 'retry' then 'retrying' else 'waiting' end as why
         from delivery_queue where tenant_id = $1 and ($2::uuid is null or webhook_id = $2) limit $3),
     held_in_memory as materialized (
       select d.webhook_id, d.id as delivery_id, null::timestamptz as due_at, false as is_our_trouble, 'sending' as why
         from processes p join deliveries d on d.accepted_by = p.id and d.id >= p.low_water
         left join lateral (select true as tried from attempts
                             where tenant_id = $1 and delivery_id = d.id limit 1) a on true
        where d.tenant_id = $1 and ($2::uuid is null or d.webhook_id = $2) and a.tried is null
          and not exists (select from delivery_queue q where q.tenant_id = $1 and q.delivery_id = d.id)
        limit $3),
     given_up as materialized (
       select a.webhook_id, a.delivery_id, null::timestamptz as due_at, false as is_our_trouble,
              'failed' as why
         from attempts a
         -- A look-up each, whatever the planner thinks: else it reads all that the tenant ever sent.
         left join lateral (select true as goes_on from attempts l
                             where l.tenant_id = $1 and l.delivery_id = a.delivery_id
                               and (l.number > a.number or l.outcome = 'delivered') limit 1) l on true
        where a.tenant_id = $1 and a.outcome = 'exhausted' and ($2::uuid is null or a.webhook_id = $2)
          and l.goes_on is null
          and not exists (select from delivery_queue q where q.tenant_id = $1 and q.delivery_id = a.delivery_id)
        order by a.delivery_id desc limit $3),
     grouped as materialized (
       select webhook_id, why, count(*)::int as count, (array_agg(delivery_id order by delivery_id))[1] as oldest,
              (array_agg(delivery_id order by delivery_id desc))[1] as newest, min(due_at) as next_at,
              bool_or(is_our_trouble) as is_our_trouble
         from (select * from waiting union all select * from held_in_memory union all select * from given_up) as all_of_them
        group by webhook_id, why)
     select g.webhook_id, coalesce(w.name, '') as webhook_name, w.reason as webhook_reason,
            case when w.id is null or w.deleted_at is not null then 'deleted' else w.status end as webhook_status,
            g.why, g.count, g.is_our_trouble, d.created_at as oldest_at, g.next_at, a.status_code, a.error
       from grouped g
       -- By look-ups too.
      cross join lateral (select created_at from deliveries where tenant_id = $1 and id = g.oldest limit 1) d
       left join webhooks w on w.tenant_id = $1 and w.id = g.webhook_id
       left join lateral (select status_code, error from attempts
                           where tenant_id = $1 and delivery_id = g.newest order by number desc limit 1) a on true
      order by g.count desc, g.webhook_id, g.why`,
    [tenantId, webhookId ?? null, mostCounted],
    'delivery.undelivered',
  );
}
