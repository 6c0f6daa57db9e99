import { createHmac } from 'node:crypto';
import { ownPart } from './numbers.ts';
import { chatOf, creatorOf, messageView, numberOf, person, transactionView } from './views.ts';
import type {
  Change,
  EmulatedRecord,
  OutgoingWebhook,
  WebhookTarget,
  World,
} from '../../kit/emulator/index.ts';

/** The delivery of a change, signed over its body alone: there is neither a time nor an id. */
export function webhook(change: Change, _target: WebhookTarget, world: World): OutgoingWebhook | undefined {
  const told = tell(change, world);
  if (told === undefined) return undefined;
  const body = JSON.stringify({
    event: told.event,
    account_id: creatorOf(change.record),
    payload: told.payload,
  });
  const signature = createHmac('sha256', world.definition.client.secret).update(body).digest('hex');
  return { method: 'POST', headers: { 'content-type': 'application/json', signature }, body };
}

function tell({ kind, record, changedFields }: Change, world: World): Told | undefined {
  if (record.collection === 'fans' && kind === 'created')
    return { event: 'subscriptions.new', payload: notification(record, 'new_subscriber') };
  if (record.collection === 'fans' && kind === 'updated') {
    if (changedFields.includes('expires'))
      return { event: 'subscriptions.renewed', payload: notification(record, 'returning_subscriber') };
    if (changedFields.includes('tips'))
      return { event: 'tips.received', payload: notification(record, 'tip') };
  }
  if (record.collection === 'transactions' && kind === 'created')
    return { event: 'transactions.new', payload: transactionView(world, record) };
  if (record.collection === 'messages') return aboutMessage(kind, record, world);
  if (record.collection === 'creators' && kind !== 'archived') {
    const good = record.fields['is_authenticated'] === 'true';
    const event = kind === 'created' ? 'connected' : good ? 'reconnected' : 'session_expired';
    const latestAuthAttempt = { started_at: new Date(record.updatedAt).toISOString(), success: good };
    return { event: `accounts.${event}`, payload: { state: 'authenticated', latestAuthAttempt } };
  }
  return undefined;
}

interface Told {
  event: string;
  payload: unknown;
}

function aboutMessage(kind: Change['kind'], record: EmulatedRecord, world: World): Told | undefined {
  const fan = world.records.get(record.accountId, 'fans', chatOf(record));
  const who = fan === undefined ? { id: Number(ownPart(chatOf(record))) } : person(fan);
  const message = messageView(record);
  if (kind === 'archived') return { event: 'messages.deleted', payload: { ...message, toUser: who } };
  if (kind === 'updated') return undefined;
  return record.fields['from'] === 'fan'
    ? { event: 'messages.received', payload: { ...message, fromUser: who } }
    : { event: 'messages.sent', payload: { ...message, toUser: who } };
}

/** OnlyFans' notification: `user_id` beside the fan is the creator's own number. */
function notification(fan: EmulatedRecord, subType: string): unknown {
  return {
    id: `${ownPart(fan.id)}${fan.updatedAt}`,
    type: 'subscribed',
    subType,
    createdAt: new Date(fan.updatedAt).toISOString(),
    user_id: numberOf(creatorOf(fan)),
    user: person(fan),
  };
}
