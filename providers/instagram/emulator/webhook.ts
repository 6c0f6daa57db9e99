import { createHmac } from 'node:crypto';
import { writerOf } from './shapes.ts';
import type { Change, OutgoingWebhook, WebhookTarget, World } from '../../kit/emulator/index.ts';

/** A delivery for a new comment, signed with the app's secret. Instagram tells of no edit, no deletion and no post. */
export function webhook(change: Change, _target: WebhookTarget, world: World): OutgoingWebhook | undefined {
  const { record, kind } = change;
  if (record.collection !== 'comments' || kind !== 'created') return undefined;
  const { text, media_id: post = '', parent_id: parent = '' } = record.fields;
  const product = world.records.get(record.accountId, 'media', post)?.fields['media_product_type'];
  const value = {
    id: record.id,
    ...(parent === '' ? {} : { parent_id: parent }),
    from: writerOf(record),
    text,
    media: { id: post, media_product_type: product ?? 'FEED' },
  };
  const time = Math.floor(record.createdAt / 1000);
  const entry = [{ id: record.accountId, time, changes: [{ field: 'comments', value }] }];
  const body = JSON.stringify({ object: 'instagram', entry });
  const signature = createHmac('sha256', world.definition.client.secret).update(body).digest('hex');
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  };
}
