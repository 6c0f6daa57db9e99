import { createHmac, type KeyObject } from 'node:crypto';

/**
 * The headers of one attempt, as Standard Webhooks has them
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 *
 * `webhook-id` is the public id of the event, not of the delivery: it names the message, stays the same over every
 * retry and replay, and is what the receiver deduplicates by. Each webhook gets an event once, so to an endpoint it
 * is unique; an endpoint that is registered twice can tell that both got the same event, which is what it is for.
 *
 * @param keys the secrets in force; each gives a signature, so that one may replace another at leisure
 */
export function signedHeaders(
  message: { id: string; body: Uint8Array },
  keys: readonly KeyObject[],
  sentAt: Date,
): { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string } {
  const seconds = String(Math.floor(sentAt.getTime() / 1000));
  const signatures = keys.map((key) => {
    const hmac = createHmac('sha256', key).update(`${message.id}.${seconds}.`).update(message.body);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': message.id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  };
}
