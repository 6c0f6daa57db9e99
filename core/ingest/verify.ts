import type { Scheme } from '@mortise/contract';
import { sameSecret, type Webhooks } from '@mortise/providers/kit';
import type { OpenSecret } from './source-secret.ts';
import type { Incoming, Refusal, Verdict } from './verdict.ts';
import { verifyHmac } from './verify-hmac.ts';
import { verifyStandard } from './verify-standard.ts';

/** What refusals are called where people read them. */
export const refusalWords: Readonly<Record<Refusal, string>> = {
  missing_signature: 'The header with the signature or credential is missing.',
  bad_signature: 'The signature or credential is not what the secret gives.',
  missing_timestamp: 'The timestamp is missing or cannot be read.',
  stale_timestamp: 'The timestamp is too old or too far ahead: it may be a replay, or a clock is wrong.',
  no_secret: 'The source has no secret that could verify it.',
  no_verifier: 'There is nothing here that knows how to verify it.',
  ip_not_allowed: 'The address is not on the allow-list.',
  too_large: 'The body is larger than the source takes.',
};

/** What a source verifies with. */
export interface Verifier {
  scheme: Scheme;
  /** The provider's own, for a source of an integration. */
  webhooks: Webhooks | undefined;
  /** Those in force. */
  secrets: readonly OpenSecret[];
  /** Whether an allow-list stands before it, and the address was on it. */
  allowed: boolean;
}

/** Judges whether a request is from whom the source expects. Pure, in constant time, and refuses what it does not know. */
export function verify(verifier: Verifier, incoming: Incoming, now: Date): Verdict {
  const { scheme } = verifier;
  if (scheme.type === 'none') return { ok: true, secret: undefined };
  if (scheme.type === 'ip')
    return verifier.allowed ? { ok: true, secret: undefined } : { ok: false, reason: 'ip_not_allowed' };
  const secrets = verifier.secrets.filter(
    ({ text, expiresAt }) => text !== '' && (expiresAt === null || expiresAt > now),
  );
  if (scheme.type === 'provider' && verifier.webhooks === undefined)
    return { ok: false, reason: 'no_verifier' };
  if (secrets.length === 0) return { ok: false, reason: 'no_secret' };
  switch (scheme.type) {
    case 'provider':
      return byProvider(verifier.webhooks, secrets, incoming, now);
    case 'hmac':
      return verifyHmac(scheme, secrets, incoming, now);
    case 'standard':
      return verifyStandard(scheme, secrets, incoming, now);
    case 'basic':
      return byRepeating(
        incoming.headers['authorization'],
        secrets,
        (text) => `Basic ${Buffer.from(text).toString('base64')}`,
      );
    case 'bearer':
      return byRepeating(incoming.headers[scheme.header], secrets, (text) => scheme.prefix + text);
    default:
      // What an older or newer version of this program stored.
      return { ok: false, reason: 'no_verifier' };
  }
}

function byProvider(
  webhooks: Webhooks | undefined,
  secrets: readonly OpenSecret[],
  { method, url, headers, body }: Incoming,
  now: Date,
): Verdict {
  let first: Verdict = { ok: false, reason: 'no_verifier' };
  for (const [index, secret] of secrets.entries()) {
    const verdict = webhooks?.verify({ method, url, headers, rawBody: body, secret: secret.text, now });
    if (verdict === undefined) break;
    if (verdict.ok) return { ok: true, secret };
    if (index === 0) first = verdict;
  }
  return first;
}

function byRepeating(
  told: string | undefined,
  secrets: readonly OpenSecret[],
  expected: (secret: string) => string,
): Verdict {
  if (told === undefined || told === '') return { ok: false, reason: 'missing_signature' };
  const secret = secrets.find(({ text }) => sameSecret(told, expected(text)));
  return secret === undefined ? { ok: false, reason: 'bad_signature' } : { ok: true, secret };
}
