import { readPath } from '../kit/index.ts';

/**
 * The cursor of the next page of a Graph edge, undefined on the last. `cursors.after` stands on the last page too;
 * only `next` says that there is more. `next` itself is not followed: it carries the access token.
 */
export function afterOf(edge: unknown): string | undefined {
  const after = readPath(edge, 'paging.cursors.after');
  return readPath(edge, 'paging.next') !== undefined && typeof after === 'string' ? after : undefined;
}

/** A Graph edge's records. Throws SyntaxError when there is no list, which must never pass for an empty one. */
export function dataOf(edge: unknown): unknown[] {
  const data = readPath(edge, 'data');
  if (!Array.isArray(data)) throw new SyntaxError('no list at "data" in Instagram\'s answer');
  return data as unknown[];
}

/** Graph's times, `2026-11-20T12:00:00+0000`, whose zone lacks the colon that ISO 8601 wants here. */
export const GRAPH_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:?\d\d|Z)$/;

export function isoOf(time: string): string {
  return new Date(time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).toISOString();
}
