import { createHmac } from 'node:crypto';
import { sameSecret } from './same-secret.ts';
import type { WebhookInput, WebhookVerdict } from '../types.ts';

export interface HmacSha256Options {
  /** The header that holds the signature. */
  header: string;
  encoding: 'hex' | 'base64';
  /** Before the signature in its header: `sha256=`. */
  prefix?: string;
  /** Takes signature and timestamp out of a compound header (`t=…,s=…`); default: the whole header. */
  parse?: (value: string) => { signature?: string; timestamp?: string };
  /** What is signed. Default: the raw body. Given the timestamp's text when there is one. */
  message?: (input: WebhookInput, timestamp: string) => readonly (string | Uint8Array)[];
  /** Omit when the provider signs no time: replay protection is then the caller's. */
  timestamp?: {
    /** Its header, unless `parse` finds it in the signature's. */
    header?: string;
    unit: 's' | 'ms';
    toleranceMs: number;
  };
}

/**
 * A verifier for HMAC-SHA256 over raw bytes, compared in constant time, failing closed: no header, an empty
 * secret, an unreadable or stale timestamp are refusals. Both a too old and a too early time are stale.
 */
export function hmacSha256(options: HmacSha256Options): (input: WebhookInput) => WebhookVerdict {
  return (input) => {
    const value = input.headers[options.header.toLowerCase()];
    if (value === undefined || value === '') return { ok: false, reason: 'missing_signature' };
    const parsed = options.parse?.(value) ?? { signature: value };
    if (!parsed.signature) return { ok: false, reason: 'missing_signature' };

    let timestamp = '';
    if (options.timestamp !== undefined) {
      const header = options.timestamp.header?.toLowerCase();
      timestamp = parsed.timestamp ?? (header === undefined ? '' : (input.headers[header] ?? ''));
      if (!/^\d{1,16}$/.test(timestamp)) return { ok: false, reason: 'missing_timestamp' };
      const at = Number(timestamp) * (options.timestamp.unit === 's' ? 1000 : 1);
      if (Math.abs(input.now.getTime() - at) > options.timestamp.toleranceMs) {
        return { ok: false, reason: 'stale_timestamp' };
      }
    }

    if (input.secret === '') return { ok: false, reason: 'bad_signature' };
    const hmac = createHmac('sha256', input.secret);
    for (const part of options.message?.(input, timestamp) ?? [input.rawBody]) hmac.update(part);
    // Compared as text: decoding first would accept several spellings of one signature.
    const expected = (options.prefix ?? '') + hmac.digest(options.encoding);
    return sameSecret(expected, parsed.signature) ? { ok: true } : { ok: false, reason: 'bad_signature' };
  };
}
