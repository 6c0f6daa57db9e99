import { sameSecret } from './same-secret.ts';
import type { WebhookInput, WebhookVerdict } from '../types.ts';

/**
 * Verifier for providers that sign nothing and only repeat a secret we registered: in a header, or wherever `read`
 * finds it (a body field). It proves neither the content nor its freshness: deduplication is the caller's.
 */
export function sharedSecret(options: {
  header?: string;
  prefix?: string;
  read?: (input: WebhookInput) => string | undefined;
}): (input: WebhookInput) => WebhookVerdict {
  return (input) => {
    const told = options.read?.(input) ?? input.headers[(options.header ?? 'authorization').toLowerCase()];
    if (told === undefined) return { ok: false, reason: 'missing_signature' };
    const good = input.secret !== '' && sameSecret(told, (options.prefix ?? '') + input.secret);
    return good ? { ok: true } : { ok: false, reason: 'bad_signature' };
  };
}
