import { createHash } from 'node:crypto';
import { canonicalJson } from '../kernel/index.ts';
import { readPointer } from './read-pointer.ts';

/**
 * The key under which an event's delivery is ordered: a hash of the value that a JSON pointer (RFC 6901) finds in the
 * body, so that it is short whatever the value is.
 *
 * @param pointer null where nothing is ordered; '' points at the whole, under which all deliveries have the same key
 * @returns null where there is no order, or the body has no value there
 */
export function orderKey(pointer: string | null, body: object): string | null {
  if (pointer === null) return null;
  const value = pointer === '' ? '' : readPointer(body, pointer);
  if (value === undefined || value === null) return null;
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}
