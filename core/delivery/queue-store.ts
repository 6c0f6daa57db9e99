import type { WebhookSettings } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { idFloor, momentOf } from '../kernel/index.ts';
import { testEventType } from './match-subscription.ts';

/** A delivery that may be sent again, with what decides how it is queued. */
export interface Queueable {
  id: string;
  webhook_id: string;
  settings: object;
  event_id: string;
  type: string;
  subject: string | null;
  data: object;
  occurred_at: Date;
}

/** Those of some deliveries whose webhook is active and whose event is still in the log. */
export function readQueueable(tx: Tx, tenantId: string, ids: readonly string[]): Promise<Queueable[]> {
  return tx.query(
    `select d.id, d.webhook_id, w.settings, e.id as event_id, e.type, e.subject, e.data, e.occurred_at
       from deliveries d
       join webhooks w on w.tenant_id = $1 and w.id = d.webhook_id and w.status = 'active' and w.deleted_at is null
       join events e on e.tenant_id = $1 and e.id = d.event_id
      where d.tenant_id = $1 and d.id = any($2::uuid[])`,
    [tenantId, ids],
  );
}

/**
 * Puts deliveries into the queue, due now, whatever became of them. One that is claimed, or that has not been tried
 * and waits in the memory of a process, is on its way as it is.
 *
 * @param rows.consentKey see consent-gate
 * @returns those that were put or brought forward
 */
export async function queueAgain(
  tx: Tx,
  tenantId: string,
  rows: readonly { id: string; webhookId: string; consentKey: string | null }[],
  now: Date,
): Promise<{ id: string; webhook_id: string }[]> {
  for (const webhookId of new Set(rows.map((row) => row.webhookId))) {
    const own = rows.filter((row) => row.webhookId === webhookId).map(({ id }) => id);
    await keepErasing(tx, tenantId, webhookId, own);
  }
  return tx.query(
    `with asked as materialized (
       select d.id, d.webhook_id, g.consent_key
         from unnest($2::uuid[], $3::text[]) as g (id, consent_key)
         join deliveries d on d.tenant_id = $1 and d.id = g.id),
     moved as (
       update delivery_queue q set due_at = $4 from asked
        where q.tenant_id = $1 and q.delivery_id = asked.id and q.claimed_by is null
       returning q.delivery_id as id, q.webhook_id),
     put as (
       insert into delivery_queue (tenant_id, delivery_id, webhook_id, due_at, attempt, lane, consent_key, fence)
       select $1, asked.id, asked.webhook_id, $4, a.number + 1, 'retry', asked.consent_key, nextval('delivery_fence')
         from asked,
              lateral (select number from attempts
                        where tenant_id = $1 and delivery_id = asked.id order by number desc limit 1) a
        where not exists (select from delivery_queue q where q.tenant_id = $1 and q.delivery_id = asked.id)
       on conflict do nothing returning delivery_id as id, webhook_id)
     select * from moved union all select * from put`,
    [tenantId, rows.map((row) => row.id), rows.map((row) => row.consentKey), now],
  );
}

/** Has the next attempts of old deliveries erased in their time too. Locks the webhook where there is need. */
export async function keepErasing(
  tx: Tx,
  tenantId: string,
  webhookId: string,
  deliveryIds: readonly string[],
): Promise<void> {
  const [oldest] = deliveryIds.toSorted();
  if (oldest === undefined) return;
  await tx.query('update webhooks set erased_to = $4 where tenant_id = $1 and id = $2 and erased_to >= $3', [
    tenantId,
    webhookId,
    oldest,
    idFloor(new Date(momentOf(oldest))),
  ]);
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
