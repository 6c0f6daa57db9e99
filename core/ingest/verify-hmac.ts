import { createHmac } from 'node:crypto';
import type { Scheme } from '@mortise/contract';
import { sameSecret } from '@mortise/providers/kit';
import type { OpenSecret } from './source-secret.ts';
import type { Incoming, Verdict } from './verdict.ts';

type HmacScheme = Extract<Scheme, { type: 'hmac' }>;
type Part = (incoming: Incoming, timestamp: string) => string | Uint8Array;

const parts: Readonly<Record<string, Part>> = {
  '{body}': ({ body }) => body,
  '{timestamp}': (_, timestamp) => timestamp,
  '{method}': ({ method }) => method,
  '{url}': ({ url }) => url,
};

/** What is wrong with a template, in words; undefined when nothing is. */
export function templateFault(scheme: HmacScheme): string | undefined {
  const names: readonly string[] = scheme.template.match(/\{[^}]*\}/g) ?? [];
  const unknown = names.find((name) => !(name in parts));
  if (unknown !== undefined)
    return `The template knows ${Object.keys(parts).join(', ')}, and not ${unknown}.`;
  if (!names.includes('{body}'))
    return 'The template must hold {body}: what is not signed anybody can change.';
  if (names.includes('{timestamp}') !== (scheme.timestamp !== null))
    return 'A timestamp must stand in the template as {timestamp}, and {timestamp} needs its header.';
  return undefined;
}

/** HMAC over raw bytes, compared in constant time as text: decoding first would accept several spellings of one. */
export function verifyHmac(
  scheme: HmacScheme,
  secrets: readonly OpenSecret[],
  incoming: Incoming,
  now: Date,
): Verdict {
  const told = incoming.headers[scheme.header];
  if (told === undefined || told === '') return { ok: false, reason: 'missing_signature' };
  let timestamp = '';
  if (scheme.timestamp !== null) {
    timestamp = incoming.headers[scheme.timestamp.header] ?? '';
    if (!/^\d{1,16}$/.test(timestamp)) return { ok: false, reason: 'missing_timestamp' };
    const at = Number(timestamp) * (scheme.timestamp.unit === 's' ? 1000 : 1);
    if (Math.abs(now.getTime() - at) > scheme.timestamp.toleranceSeconds * 1000)
      return { ok: false, reason: 'stale_timestamp' };
  }
  for (const secret of secrets) {
    if (secret.key === undefined) continue;
    const hmac = createHmac(scheme.algorithm, secret.key);
    for (const piece of scheme.template.split(/(\{[^}]*\})/)) {
      if (piece !== '') hmac.update(parts[piece]?.(incoming, timestamp) ?? piece);
    }
    if (sameSecret(scheme.prefix + hmac.digest(scheme.encoding), told)) return { ok: true, secret };
  }
  return { ok: false, reason: 'bad_signature' };
}
