import type { Tx } from '@mortise/platform/database';
import { idFloor } from '../kernel/index.ts';

const dayMs = 86_400_000;

/** Webhooks whose log is kept for less long than the tenant's, deleted ones too. */
export function listErasable(
  tx: Tx,
): Promise<{ tenant_id: string; id: string; days: number; erased_to: string | null }[]> {
  return tx.query(
    `select tenant_id, id, (settings ->> 'retentionDays')::int as days, erased_to from webhooks
      where settings ->> 'retentionDays' is not null order by tenant_id, id`,
  );
}

/**
 * Erases what was sent and answered in attempts older than a webhook keeps, of its next deliveries. One whose attempts
 * are not all that old, or that is still waiting, is looked at again the next time.
 *
 * @param webhook.after the delivery after which to go on; null: from the beginning
 * @returns where to go on, and whether all up to there is done; undefined when nothing is left
 */
export async function eraseBatch(
  tx: Tx,
  webhook: { tenantId: string; id: string; days: number; after: string | null },
  now: Date,
  limit: number,
): Promise<{ last: string; unfinished: string | null } | undefined> {
  const before = new Date(now.getTime() - webhook.days * dayMs);
  const [row] = await tx.query<{ last: string | null; unfinished: string | null }>(
    `with old as materialized (
       select id from deliveries
        where tenant_id = $1 and webhook_id = $2 and id < $3 and ($4::uuid is null or id > $4)
        order by id limit $6),
     erased as (
       update attempts a
          set request_headers = '{}', request_body = case when a.request_body is not null then '' end,
              response_headers = null, response_body = null
         from old
        where a.tenant_id = $1 and a.delivery_id = old.id and a.started_at < $5
          and (a.request_headers <> '{}' or a.response_headers is not null))
     select (select id from old order by id desc limit 1) as last,
            (select id from old
              where exists (select from attempts a where a.tenant_id = $1 and a.delivery_id = old.id and a.started_at >= $5)
                 or exists (select from delivery_queue q where q.tenant_id = $1 and q.delivery_id = old.id)
              order by id limit 1) as unfinished`,
    [webhook.tenantId, webhook.id, idFloor(before), webhook.after, before, limit],
  );
  return row?.last == null ? undefined : { last: row.last, unfinished: row.unfinished };
}

/** Remembers up to where a webhook's log is erased. One that was set back meanwhile, by a retry, stays so. */
export async function markErased(
  tx: Tx,
  webhook: { tenantId: string; id: string; from: string | null },
  to: string,
): Promise<void> {
  await tx.query(
    'update webhooks set erased_to = $4 where tenant_id = $1 and id = $2 and erased_to is not distinct from $3',
    [webhook.tenantId, webhook.id, webhook.from, to],
  );
}
