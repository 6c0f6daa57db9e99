import type { Tx } from '@mortise/platform/database';

/**
 * Has a webhook's replay, if one runs, stand still until the transaction ends. To be called before the webhook is locked:
 * a replay's step takes the two in this order.
 */
export async function lockReplayOf(tx: Tx, tenantId: string, webhookId: string): Promise<void> {
  await tx.query(
    `select from replays where tenant_id = $1 and webhook_id = $2 and status = 'running' for update`,
    [tenantId, webhookId],
  );
}

/**
 * Lets go what was put aside, due at once; what a replay had put there at the replay's pace, beginning at once, and a
 * replay that still runs goes on behind it. The webhook's row must have been changed before in this transaction, and
 * its replay locked before that.
 */
export async function releaseHeld(tx: Tx, tenantId: string, webhookId: string, now: Date): Promise<void> {
  await tx.query(
    `with paced as (
       select q.delivery_id, q.replay_id,
              $3::timestamptz + make_interval(secs => coalesce(
                (row_number() over (partition by q.replay_id order by q.due_at, q.order_number, q.delivery_id) - 1)
                  / r.per_second::float8, 0)) as due_at
         from delivery_queue q left join replays r on r.tenant_id = $1 and r.id = q.replay_id
        where q.tenant_id = $1 and q.webhook_id = $2 and q.lane = 'held'),
     released as (
       update delivery_queue q
          set lane = case when q.attempt = 1 and q.replay_id is null then 'first' else 'retry' end, due_at = p.due_at
         from paced p where q.tenant_id = $1 and q.delivery_id = p.delivery_id)
     update replays r set next_at = greatest(r.next_at, p.last_at + make_interval(secs => 1 / r.per_second::float8))
       from (select replay_id, max(due_at) as last_at from paced group by replay_id) p
      where r.tenant_id = $1 and r.id = p.replay_id and r.status = 'running'`,
    [tenantId, webhookId, now],
  );
}
