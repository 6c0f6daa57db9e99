import { hash } from 'node:crypto';
import type { Dedupe } from '@mortise/contract';
import { storableText } from '../kernel/index.ts';

const longest = 300;

/** A text that may be long, as a key that is not. */
const short = (text: string): string =>
  text.length <= longest ? storableText(text) : `sha256:${hash('sha256', text, 'hex')}`;

const bodyKey = (body: Uint8Array): string => `body:${hash('sha256', body, 'hex')}`;

/** What stands at a JSON pointer (RFC 6901), where that is a text or a whole number that was read to its last digit. */
function at(value: unknown, pointer: string): string | undefined {
  let place = value;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined;
    place = (place as Record<string, unknown>)[name];
  }
  return typeof place === 'string' || Number.isSafeInteger(place) ? String(place) : undefined;
}

/**
 * By what a request is known when it comes again. Pure.
 *
 * @param told the provider's own keys of the events in it
 * @returns undefined where every request is a new one
 */
export function dedupeKey(
  rule: Dedupe,
  request: { headers: Readonly<Record<string, string>>; body: Uint8Array },
  told: readonly string[] = [],
): string | undefined {
  switch (rule.by) {
    case 'none':
      return undefined;
    case 'provider':
      return told.length === 0
        ? bodyKey(request.body)
        : short(told.length === 1 ? told[0]! : told.join('\n'));
    case 'header': {
      const value = request.headers[rule.name];
      return value ? short(value) : bodyKey(request.body);
    }
    case 'pointer': {
      let value: string | undefined;
      try {
        value = at(JSON.parse(Buffer.from(request.body).toString()), rule.pointer);
      } catch {
        // Not JSON: known by its body.
      }
      return value ? short(value) : bodyKey(request.body);
    }
    default:
      return bodyKey(request.body);
  }
}

/** The digest by which a key lies in the table of those met: of a whole request, or of one event in it. */
export function keyDigest(of: 'request' | 'event', key: string): Buffer {
  return hash('sha256', `${of} ${key}`, 'buffer');
}
