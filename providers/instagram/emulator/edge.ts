import type { EmulatedRecord } from '../../kit/emulator/index.ts';

export interface Edge {
  data: unknown[];
  paging?: { cursors: { before: string; after: string }; next?: string };
}

/**
 * A page of an edge, newest first, by cursors that are places in time: what is added or deleted meanwhile moves
 * nothing. `cursors` stand on every page that is not empty, `next` on all but the last. Undefined for a bad cursor.
 */
export function edge(
  records: readonly EmulatedRecord[],
  args: { limit: number; after?: string | null; url: string },
  shape: (record: EmulatedRecord) => unknown,
): Edge | undefined {
  const after = args.after ? readCursor(args.after) : undefined;
  if (after === null) return undefined;
  const sorted = records
    .filter((one) => one.archivedAt === undefined && (after === undefined || compare(one, after) > 0))
    .toSorted(compare);
  const rows = sorted.slice(0, args.limit);
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (first === undefined || last === undefined) return { data: [] };
  const cursors = { before: writeCursor(first), after: writeCursor(last) };
  const next = new URL(args.url);
  next.searchParams.set('after', cursors.after);
  return {
    data: rows.map(shape),
    paging: { cursors, ...(sorted.length > rows.length ? { next: next.href } : {}) },
  };
}

type Place = Pick<EmulatedRecord, 'createdAt' | 'id'>;

function compare(a: Place, b: Place): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function writeCursor({ createdAt, id }: Place): string {
  return Buffer.from(`${createdAt}:${id}`).toString('base64url');
}

function readCursor(text: string): Place | null {
  const [, createdAt, id] = /^(\d+):(\d+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  return createdAt === undefined || id === undefined ? null : { createdAt: Number(createdAt), id };
}
