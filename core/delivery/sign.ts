import { createHmac, sign, type KeyObject } from 'node:crypto';

/**
 * The headers of one attempt, as Standard Webhooks has them
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): `v1` by HMAC-SHA-256
 * with a shared secret, `v1a` by Ed25519 with a key pair.
 *
 * `webhook-id` is the public id of the event, not of the delivery: it names the message, stays the same over every
 * retry and replay, and is what the receiver deduplicates by. Each webhook gets an event once, so to an endpoint it
 * is unique; an endpoint that is registered twice can tell that both got the same event, which is what it is for.
 *
 * @param keys the keys in force, of either kind; each gives a signature, so that one may replace another at leisure
 */
export function signedHeaders(
  message: { id: string; body: Uint8Array },
  keys: readonly KeyObject[],
  sentAt: Date,
): { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string } {
  const seconds = String(Math.floor(sentAt.getTime() / 1000));
  const head = `${message.id}.${seconds}.`;
  const signatures = keys.map((key) => {
    if (key.type === 'private') {
      const signature = sign(null, Buffer.concat([Buffer.from(head), message.body]), key);
      return `v1a,${signature.toString('base64')}`;
    }
    const hmac = createHmac('sha256', key).update(head).update(message.body);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': message.id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  };
}
