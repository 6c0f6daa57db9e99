import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { storableJson, storableText } from './storable.ts';

let test: TestDatabase;
beforeAll(async () => void (test = await createTestDatabase({ max: 1 })));
afterAll(() => test.drop());

/** Texts of any UTF-16 units, halves of surrogate pairs, NULs and things that look like escapes among them. */
const wildText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xff_ff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom('\0', '\\', '\\u0000', '\\ud800', '\ud83d', '\ude00', '"', 'a'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    wildText,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(wildText, tie('tree'), { maxKeys: 4 }),
  ),
}));

const readBack = async (json: string, text: string) => {
  const rows = await test.db.engine((tx) =>
    tx.query<{ j: unknown; t: string }>('select jsonb_build_array($1::jsonb) as j, $2::text as t', [
      json,
      text,
    ]),
  );
  return rows[0]!;
};

it('any value is JSON that the database takes, and reads back as what the JSON says', async () => {
  await fc.assert(
    fc.asyncProperty(tree, wildText, async (value, text) => {
      const json = storableJson(value);
      const row = await readBack(json, storableText(text));
      expect(row.j).toEqual([JSON.parse(json)]);
      expect(row.t).toBe(storableText(text));
    }),
    { numRuns: 300 },
  );
});

it('only what cannot be held is replaced, one character for one', () => {
  expect(storableText('a\0b\ud800c😀\\u0000')).toBe('a\ufffdb\ufffdc😀\\u0000');
  expect(storableJson({ 'k\0': ['\0', '\\u0000', '\\\0', '\udfff', '😀', '\u001f', 'ud800'] })).toBe(
    JSON.stringify({ 'k\ufffd': ['\ufffd', '\\u0000', '\\\ufffd', '\ufffd', '😀', '\u001f', 'ud800'] }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      fc.pre(!json.includes('\\u0000'));
      expect(storableJson(value)).toBe(json);
    }),
  );
});

it('what has no JSON is refused', () => {
  expect(() => storableJson(undefined)).toThrow(TypeError);
  expect(() => storableJson(1n)).toThrow(TypeError);
});
