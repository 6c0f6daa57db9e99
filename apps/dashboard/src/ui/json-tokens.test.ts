import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonTokens, prettyJson } from './json-tokens.ts';

it('tells keys from strings, numbers from words', () => {
  const kinds = jsonTokens('{"a": "b: \\"c\\"", "n": -1.5e3, "t": [true, null]}').filter(
    (token) => token.kind !== 'plain',
  );
  expect(kinds.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'key "a"',
    'string "b: \\"c\\""',
    'key "n"',
    'number -1.5e3',
    'key "t"',
    'word true',
    'word null',
  ]);
});

it('loses nothing and adds nothing, whatever the text is', () => {
  const whole = (json: string) =>
    jsonTokens(json)
      .map((token) => token.text)
      .join('');
  fc.assert(
    fc.property(fc.string(), (given) => {
      expect(whole(given)).toBe(given);
    }),
  );
  fc.assert(
    fc.property(fc.json(), (given) => {
      expect(whole(given)).toBe(given);
    }),
  );
});

it('indents JSON and leaves everything else as it is', () => {
  expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyJson('<html>')).toBe('<html>');
});
