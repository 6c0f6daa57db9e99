import { createHmac } from 'node:crypto';
import { seedOf } from '../../kit/emulator/index.ts';
import type { Change, OutgoingWebhook, WebhookTarget, World } from '../../kit/emulator/index.ts';

/** A delivery for a video that has become public. Of edits and deletions TikTok tells nobody. */
export function webhook(change: Change, _target: WebhookTarget, world: World): OutgoingWebhook | undefined {
  const { record, kind } = change;
  if (kind !== 'created') return undefined;
  const { secret, id: clientKey } = world.definition.client;
  const content = {
    publish_id: `v_pub_url~v2.${seedOf(record.id)}`,
    publish_type: 'DIRECT_PUBLISH',
    post_id: record.id,
  };
  const body = JSON.stringify({
    client_key: clientKey,
    event: 'post.publish.publicly_available',
    create_time: Math.floor(record.createdAt / 1000),
    user_openid: record.accountId,
    content: JSON.stringify(content),
  });
  const time = Math.floor(world.now().getTime() / 1000);
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'tiktok-signature': `t=${time},s=${signature}` },
    body,
  };
}
