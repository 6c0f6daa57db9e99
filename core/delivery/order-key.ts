import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/**
 * The key under which an event's delivery is ordered: a hash of the value that a JSON pointer (RFC 6901) finds in the
 * body, so that it is short whatever the value is.
 *
 * @param pointer '' points at the whole, under which all deliveries have the same key
 * @returns undefined where the body has no value there, or null
 */
export function orderKey(pointer: string, body: object): string | undefined {
  const value = pointer === '' ? '' : pointAt(pointer, body);
  if (value === undefined || value === null) return undefined;
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}

function pointAt(pointer: string, body: object): unknown {
  let value: unknown = body;
  for (const token of pointer.slice(1).split('/')) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    // An array's own properties are its elements by number, and its length, which is nothing of the body.
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
