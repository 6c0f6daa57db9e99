import { createHmac, verify } from 'node:crypto';
import { sameSecret } from '@mortise/providers/kit';
import type { OpenSecret } from './source-secret.ts';
import type { Incoming, Verdict } from './verdict.ts';

/**
 * Standard Webhooks: `webhook-id.webhook-timestamp.body`, signed by HMAC-SHA-256 (`v1`) or ed25519 (`v1a`). The header
 * lists several signatures, apart by spaces, while a sender changes its secret: one that is good is enough.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyStandard(
  scheme: { toleranceSeconds: number },
  secrets: readonly OpenSecret[],
  { headers, body }: Incoming,
  now: Date,
): Verdict {
  const { 'webhook-id': id, 'webhook-signature': told, 'webhook-timestamp': timestamp } = headers;
  if (!id || !told) return { ok: false, reason: 'missing_signature' };
  if (timestamp === undefined || !/^\d{1,13}$/.test(timestamp))
    return { ok: false, reason: 'missing_timestamp' };
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > scheme.toleranceSeconds * 1000)
    return { ok: false, reason: 'stale_timestamp' };
  const head = `${id}.${timestamp}.`;
  const signatures = told.split(' ').slice(0, 20);
  for (const secret of secrets) {
    const { key } = secret;
    if (key === undefined) continue;
    if (key.type === 'secret') {
      const expected = `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`;
      if (signatures.some((signature) => sameSecret(signature, expected))) return { ok: true, secret };
      continue;
    }
    const signed = Buffer.concat([Buffer.from(head), body]);
    for (const signature of signatures) {
      const text = signature.startsWith('v1a,') ? signature.slice(4) : '';
      const bytes = Buffer.from(text, 'base64');
      // Only the one spelling of these bytes: the last letter of base64 has bits that say nothing.
      if (bytes.length === 64 && bytes.toString('base64') === text && verify(null, signed, key, bytes))
        return { ok: true, secret };
    }
  }
  return { ok: false, reason: 'bad_signature' };
}
