import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '@mortise/platform/database';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { decodeCursor, encodeCursor, idCursor, toPage } from './cursor.ts';
import { MortiseError } from './errors.ts';
import { newId } from './ids.ts';
import { storableText } from './storable.ts';

const codeOf = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return error instanceof MortiseError ? error.code : error;
  }
};

describe('a cursor', () => {
  const text = fc.string({ unit: 'binary' }).map(storableText);
  const part = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));

  it('gives back the key that was put in, as texts', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (key) => {
        const expected = key.map((each) => (Object.is(each, -0) ? '0' : String(each)));
        expect(decodeCursor(encodeCursor(key), key.length)).toEqual(expected);
      }),
    );
    expect(idCursor(encodeCursor(['01920000-0000-7000-8000-00000000000a']))).toBe(
      '01920000-0000-7000-8000-00000000000a',
    );
  });

  it('that we did not make is invalid_cursor, whatever it is, and nothing else', () => {
    const json = fc.json().map((value) => Buffer.from(value).toString('base64url'));
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      json,
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(garbage, (cursor) => {
        expect(codeOf(() => idCursor(cursor))).toBe('invalid_cursor');
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['with parts missing', encodeCursor(['a'])],
    ['with parts too many', encodeCursor(['a', 'b', 'c'])],
    ['with an object in it', Buffer.from('["a",{}]').toString('base64url')],
    ['with null in it', Buffer.from('["a",null]').toString('base64url')],
    ['with a number past all bounds', Buffer.from('["a",1e999]').toString('base64url')],
    ['with a NUL that the database would fail on', encodeCursor(['a', '\0'])],
    ['with half a character', encodeCursor(['a', '\ud800'])],
  ])('%s is refused', (_, cursor) => {
    expect(codeOf(() => decodeCursor(cursor, 2))).toBe('invalid_cursor');
  });

  it('over ids that holds no id is refused before the database sees it', () => {
    expect(codeOf(() => idCursor(encodeCursor(["' or true --"])))).toBe('invalid_cursor');
    expect(codeOf(() => idCursor(encodeCursor([`01920000-0000-7000-8000-00000000000a\n`])))).toBe(
      'invalid_cursor',
    );
  });
});

describe('walking a list page by page', () => {
  let test: TestDatabase;
  beforeAll(async () => void (test = await createTestDatabase({ max: 2 })));
  afterAll(() => test.drop());

  const add = (db: Database, tenant: string, count: number) =>
    db.tenant(tenant, async (tx) => {
      const ids = Array.from({ length: count }, newId);
      await tx.query(
        `insert into events (tenant_id, id, type, data, trace_id, occurred_at, delivery_count)
         select $1, id, 'a.b', '{}', id, now(), 0 from unnest($2::uuid[]) id`,
        [tenant, ids],
      );
      return ids;
    });

  it('gives each row that was there at the start exactly once, newest first, whatever comes in meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 15 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (atStart, limit, meanwhile) => {
          const tenant = newId();
          const there = (await add(test.db, tenant, atStart)).toReversed();
          const seen: string[] = [];
          let cursor: string | null = null;
          for (let page = 0; page === 0 || cursor !== null; page++) {
            const before: string | null = cursor === null ? null : idCursor(cursor);
            const [rows]: [{ id: string }[], unknown] = await Promise.all([
              test.db.tenant(tenant, (tx) =>
                tx.query<{ id: string }>(
                  'select id from events where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3',
                  [tenant, before, limit + 1],
                ),
              ),
              // From the second page on, so that what the first page shows is settled.
              page === 0 ? [] : add(test.db, tenant, meanwhile[page % meanwhile.length]!),
            ]);
            const answer: { data: string[]; nextCursor: string | null } = toPage(
              rows,
              limit,
              (row) => [row.id],
              (row) => row.id,
            );
            expect(answer.data.length).toBeLessThanOrEqual(limit);
            expect(answer.nextCursor === null).toBe(rows.length <= limit);
            seen.push(...answer.data);
            cursor = answer.nextCursor;
          }
          expect(seen).toEqual(there);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('ends without a cursor when the last page is full to the row', () => {
    const rows = [1, 2, 3];
    const page = (limit: number) =>
      toPage(
        rows,
        limit,
        (row) => [row],
        (row) => row,
      );
    expect(page(3)).toEqual({ data: [1, 2, 3], nextCursor: null });
    expect(page(2)).toEqual({ data: [1, 2], nextCursor: encodeCursor([2]) });
    expect(
      toPage(
        [],
        2,
        () => ['x'],
        (row) => row,
      ),
    ).toEqual({ data: [], nextCursor: null });
  });
});
