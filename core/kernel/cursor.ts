import { MortiseError } from './errors.ts';
import { storableText } from './storable.ts';

/**
 * An opaque cursor: the sort key of the last row given, so that the next page begins right after it whatever was
 * added meanwhile. Opaque to callers by promise only; it holds nothing they have not seen.
 */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Only what the database can be asked about: a NUL or an infinite number there is an error of ours, not the caller's. */
function isPart(part: unknown): boolean {
  return typeof part === 'string' ? storableText(part) === part : Number.isFinite(part);
}

/**
 * Reads a cursor back. A column that is not text needs its part checked besides, as `idCursor` does.
 *
 * @param length how many parts the key has
 * @throws MortiseError invalid_cursor when it is not one that `encodeCursor` made with as many parts
 */
export function decodeCursor(cursor: string, length: number): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === length && parts.every(isPart)) return parts.map(String);
  } catch {
    // Falls through: whatever is wrong with it, the caller can do but one thing.
  }
  throw new MortiseError('invalid_cursor', {
    detail: 'Leave the cursor out to begin anew, or send nextCursor as you got it.',
  });
}

/** The bare id inside a cursor over ids alone. */
export function idCursor(cursor: string): string {
  const [id = ''] = decodeCursor(cursor, 1);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new MortiseError('invalid_cursor');
  return id;
}

/**
 * Cuts a page out of rows that were read with one more than the limit.
 *
 * @param keyOf the sort key of a row, as the cursor will hold it
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number)[],
  show: (row: Row) => Item,
): { data: Item[]; nextCursor: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    data: kept.map(show),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}
