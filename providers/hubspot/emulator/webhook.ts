import { createHmac } from 'node:crypto';
import { seedOf } from '../../kit/emulator/index.ts';
import type { Change, OutgoingWebhook, WebhookTarget, World } from '../../kit/emulator/index.ts';

const APP_ID = 3_914_058;
const OBJECTS: Readonly<Record<string, string>> = {
  contacts: 'contact',
  companies: 'company',
  deals: 'deal',
  tickets: 'ticket',
};
const HAPPENINGS = { created: 'creation', updated: 'propertyChange', archived: 'deletion' } as const;

/** One delivery for one change: an array with an event for each property, signed with version 3. */
export function webhook(change: Change, target: WebhookTarget, world: World): OutgoingWebhook | undefined {
  const { record, kind, changedFields } = change;
  const object = OBJECTS[record.collection];
  if (object === undefined) return undefined;
  const subscriptionType = `${object}.${HAPPENINGS[kind]}`;
  const event = (property?: string): Record<string, unknown> => ({
    eventId: seedOf(subscriptionType, record.accountId, record.id, record.updatedAt, property ?? ''),
    subscriptionId: seedOf(subscriptionType, property ?? '') % 10_000_000,
    portalId: Number(record.accountId),
    appId: APP_ID,
    occurredAt: record.updatedAt,
    subscriptionType,
    attemptNumber: 0,
    objectId: Number(record.id),
    ...(property === undefined
      ? {}
      : { propertyName: property, propertyValue: record.fields[property] ?? '' }),
    changeSource: 'CRM_UI',
    sourceId: 'userId:70413',
  });
  const body = JSON.stringify(kind === 'updated' ? changedFields.map((name) => event(name)) : [event()]);
  const timestamp = String(world.now().getTime());
  const signature = createHmac('sha256', world.definition.client.secret)
    .update(`POST${target.url}${body}${timestamp}`)
    .digest('base64');
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': timestamp,
    },
    body,
  };
}
