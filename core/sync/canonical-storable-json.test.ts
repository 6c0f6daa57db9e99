import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalStorableJson } from './canonical-storable-json.ts';
import { recordHash } from './prepare-page.ts';

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown, order: (keys: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    order(Object.keys(value)).map((key) => [key, shuffled((value as Record<string, unknown>)[key], order)]),
  );
}

const json = fc
  .jsonValue({ stringUnit: 'grapheme' })
  .filter((value) => !JSON.stringify(value).includes('__proto__'));

it('gives the same text and hash whatever the order of keys, and loses nothing', () => {
  fc.assert(
    fc.property(json, fc.integer(), (value, seed) => {
      const text = canonicalStorableJson(value);
      const other = canonicalStorableJson(
        shuffled(value, (keys) => keys.toSorted((a, b) => (a + seed < b + seed ? 1 : -1))),
      );
      expect(other).toBe(text);
      expect(recordHash('t', null, other)).toEqual(recordHash('t', null, text));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it('tells different values apart', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      fc.pre(
        JSON.stringify(a) !== JSON.stringify(b) && canonicalStorableJson(a) !== canonicalStorableJson(b),
      );
      expect(recordHash('t', null, canonicalStorableJson(a))).not.toEqual(
        recordHash('t', null, canonicalStorableJson(b)),
      );
    }),
  );
  expect(recordHash('a', 'b', '{}')).not.toEqual(recordHash('ab', null, '{}'));
  expect(recordHash('a', '', '{}')).not.toEqual(recordHash('a', null, '{}'));
});

it('writes what JSON.stringify writes for dates, undefined and nested lists', () => {
  const value = { b: new Date(0), a: undefined, c: [undefined, { y: 1, x: [2] }] };
  expect(canonicalStorableJson(value)).toBe('{"b":"1970-01-01T00:00:00.000Z","c":[null,{"x":[2],"y":1}]}');
});

it('replaces what PostgreSQL does not hold, in keys too, and nothing that only looks like it', () => {
  expect(canonicalStorableJson({ 'k\0': 'a\0b\ud800c', kept: '\\u0000 \u{1f600}' })).toBe(
    '{"k\u{fffd}":"a\u{fffd}b\u{fffd}c","kept":"\\\\u0000 \u{1f600}"}',
  );
});
