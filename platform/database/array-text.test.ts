import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bytesArray, momentArray, numberArray, textArray, uuidArray } from './array-text.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase({ max: 2 })));
afterAll(() => database.drop());

/** Texts that the database can hold; what is quoted in a list, and its own words, come often. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((given) => given.replaceAll('\0', '').toWellFormed()),
  fc.constantFrom('', 'NULL', 'null', '{}', '"', '\\', '\\"', ',', ' ', '\n', '{"a":["\\"",{}]}', "it's"),
);

test('a list reads in the database as what it was made of', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(text)),
      fc.array(fc.uuid()),
      fc.array(fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 31 - 1))),
      fc.array(
        // As far as the database goes back, and as far as JavaScript goes on.
        fc.option(
          fc.oneof(
            fc.date({ min: new Date('-004712-01-01T00:00:00Z'), noInvalidDate: true }),
            fc.date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true }),
            fc.constantFrom(
              ...['0000-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'].map(
                (moment) => new Date(moment),
              ),
            ),
          ),
        ),
      ),
      fc.array(fc.option(fc.uint8Array())),
      async (texts, ids, numbers, moments, bytes) => {
        const [row] = await database.db.engine((tx) =>
          tx.query(
            'select $1::text[] as texts, $2::uuid[] as ids, $3::int[] as numbers, $4::timestamptz[] as moments, $5::bytea[] as bytes',
            [textArray(texts), uuidArray(ids), numberArray(numbers), momentArray(moments), bytesArray(bytes)],
          ),
        );
        expect(row).toEqual({
          texts,
          ids,
          numbers,
          moments,
          bytes: bytes.map((one) => (one === null ? null : Buffer.from(one))),
        });
      },
    ),
    { numRuns: 200 },
  );
});
