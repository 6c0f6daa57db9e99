import type { Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import type { Events } from '../events/index.ts';
import { publicId, systemActor, type Hints } from '../kernel/index.ts';
import { holdWaiting, markDisabled } from './webhook-store.ts';

/**
 * Disables a webhook that asked for it: what waits is held, the tenant is told by an event, and the audit says so.
 * Does nothing when it is disabled or gone already.
 *
 * @param about.reason in words, as the tenant reads it
 */
export async function disableWebhook(
  tx: Tx,
  deps: { events: Events; hints: Hints },
  about: { tenantId: string; webhookId: string; traceId: string; reason: string },
): Promise<void> {
  const { tenantId, webhookId, traceId, reason } = about;
  const webhook = await markDisabled(tx, tenantId, webhookId, reason);
  if (webhook === undefined) return;
  await holdWaiting(tx, tenantId, webhookId);
  const id = publicId('webhook', webhookId);
  await deps.events.append(tx, { tenantId, traceId }, [
    {
      type: 'webhook.disabled',
      subject: id,
      data: { webhookId: id, name: webhook.name, url: webhook.url, reason },
    },
  ]);
  await record(
    tx,
    { tenantId, traceId, actor: systemActor },
    { action: 'webhook.disabled', subject: id, details: { reason } },
  );
  tx.afterCommit(() => deps.hints.publish(tenantId, { kind: 'webhook', id }));
}
