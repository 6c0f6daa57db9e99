import type { WebhookSettings } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { idFloor } from '../kernel/index.ts';
import { momentOf } from './delivery-store.ts';
import { testEventType } from './match-subscription.ts';

/**
 * Puts a delivery into the queue, due now, whatever became of it. One that is claimed, or that has not been tried
 * and waits in the memory of a process, is on its way as it is.
 *
 * @param consentKey see consent-gate
 */
export async function queueAgain(
  tx: Tx,
  tenantId: string,
  id: string,
  consentKey: string | null,
  now: Date,
): Promise<void> {
  // Its next attempt is to be erased in its time too.
  await tx.query(
    `update webhooks w set erased_to = $3 from deliveries d
      where d.tenant_id = $1 and d.id = $2 and w.tenant_id = $1 and w.id = d.webhook_id and w.erased_to >= $2`,
    [tenantId, id, idFloor(new Date(momentOf(id)))],
  );
  await tx.query(
    `insert into delivery_queue (tenant_id, delivery_id, webhook_id, due_at, attempt, lane, consent_key)
     select d.tenant_id, d.id, d.webhook_id, $3, a.number + 1, 'retry', $4
       from deliveries d,
            lateral (select number from attempts where tenant_id = $1 and delivery_id = d.id order by number desc limit 1) a
      where d.tenant_id = $1 and d.id = $2
     on conflict (tenant_id, delivery_id) do update set due_at = $3 where delivery_queue.claimed_by is null`,
    [tenantId, id, now, consentKey],
  );
  await tx.query(
    `update delivery_queue set due_at = $3 where tenant_id = $1 and delivery_id = $2 and claimed_by is null`,
    [tenantId, id, now],
  );
}

/**
 * Ends what waits for a consent and is not claimed.
 *
 * @returns the webhook of each
 */
export async function endWaitingFor(
  tx: Tx,
  tenantId: string,
  consentKey: string,
  about: { why: string; processId: string; now: Date },
): Promise<string[]> {
  // Webhooks first and queue second, the order in which everyone locks them.
  await tx.query(
    `select from webhooks where tenant_id = $1
        and id in (select webhook_id from delivery_queue where tenant_id = $1 and consent_key = $2)
      order by id for share`,
    [tenantId, consentKey],
  );
  const ended = await tx.query<{ webhook_id: string }>(
    `with ended as (
       delete from delivery_queue where tenant_id = $1 and consent_key = $2 and claimed_by is null
       returning delivery_id, webhook_id, attempt),
     logged as (
       insert into attempts (tenant_id, delivery_id, number, webhook_id, outcome, error, request_headers, duration_ms,
                             started_at, process_id)
       select $1, delivery_id, attempt, webhook_id, 'skipped', $3, '{}', 0, $4, $5 from ended
       on conflict do nothing)
     select webhook_id from ended`,
    [tenantId, consentKey, about.why, about.now, about.processId],
  );
  return ended.map((row) => row.webhook_id);
}

/**
 * Names anew whose consent each waiting delivery of a webhook needs, after the webhook's settings of it have changed. As
 * `consentKeyOf` does it, over the log's rows. What is claimed or in memory is named when it comes back.
 */
export async function keyWaiting(
  tx: Tx,
  tenantId: string,
  webhookId: string,
  consent: WebhookSettings['consent'],
): Promise<void> {
  const path = (consent?.subject ?? '')
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  await tx.query(
    `update delivery_queue q
        set consent_key = case
              when $3::text is not null and e.type <> $5 and jsonb_typeof(found.value) in ('string', 'number')
               and length(found.value #>> '{}') between 1 and 200
              then $3 || ' ' || (found.value #>> '{}') end
       from deliveries d
       join events e on e.tenant_id = $1 and e.id = d.event_id,
            lateral (select jsonb_build_object('type', e.type, 'subject', e.subject, 'data', e.data) #> $4::text[] as value) found
      where q.tenant_id = $1 and q.webhook_id = $2 and d.tenant_id = $1 and d.id = q.delivery_id`,
    [tenantId, webhookId, consent?.purpose ?? null, path, testEventType],
  );
}
