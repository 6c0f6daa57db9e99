import { contactView } from './views.ts';
import type { Change, OutgoingWebhook, WebhookTarget, World } from '../../kit/emulator/index.ts';

/** Told of are conversions and opportunities, and nothing else that changes. Nothing is signed. */
export function webhook(change: Change, _target: WebhookTarget, world: World): OutgoingWebhook | undefined {
  const { record, kind, changedFields } = change;
  if (record.collection !== 'contacts' || kind !== 'updated') return undefined;
  const converted = changedFields.includes('last_conversion');
  const marked = changedFields.includes('opportunity') && record.fields['opportunity'] === 'true';
  if (!converted && !marked) return undefined;
  const account = world.definition.accounts.find((one) => one.id === record.accountId);
  const at = new Date(record.updatedAt).toISOString();
  const body = {
    event_type: converted ? 'WEBHOOK.CONVERTED' : 'WEBHOOK.MARKED_OPPORTUNITY',
    entity_type: 'CONTACT',
    event_identifier: converted ? record.fields['last_conversion'] : 'default',
    timestamp: at,
    event_timestamp: at,
    contact: {
      ...contactView(record),
      company: { name: account?.name },
      funnel: {
        name: 'default',
        lifecycle_stage: 'Lead',
        opportunity: record.fields['opportunity'] === 'true',
      },
    },
  };
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
