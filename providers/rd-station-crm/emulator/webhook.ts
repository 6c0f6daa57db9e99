import { seedOf } from '../../kit/emulator/index.ts';
import { KINDS } from './kinds.ts';
import { view } from './views.ts';
import type { Change, OutgoingWebhook, WebhookTarget, World } from '../../kit/emulator/index.ts';

const HAPPENINGS = { created: 'created', updated: 'updated', archived: 'deleted' } as const;
const SILENT = new Set(['pipelines', 'stages', 'users', 'custom_fields']);

/** The record with the name of the event, and the header that was chosen with the webhook. */
export function webhook(change: Change, _target: WebhookTarget, world: World): OutgoingWebhook | undefined {
  const { record, kind } = change;
  const type = KINDS[record.collection];
  if (type === undefined || SILENT.has(record.collection)) return undefined;
  const hex = [0, 1, 2, 3]
    .map((part) =>
      seedOf(record.accountId, record.id, record.updatedAt, kind, part).toString(16).padStart(8, '0'),
    )
    .join('');
  const body = {
    event_name: `crm_${type.singular}_${HAPPENINGS[kind]}`,
    document: view(record),
    event_timestamp: new Date(record.updatedAt).toISOString(),
    transaction_uuid: hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5'),
  };
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: world.definition.client.secret },
    body: JSON.stringify(body),
  };
}
