import { expect, test } from 'vitest';
import { brokenLine, lineOfPlace, placeOf } from './json-fault.ts';

const filter = `{
  "data.amount": { "$gt": 100 },
  "$or": [
    { "type": "contact.created" },
    {
      "data.owner": "ada, \\"a\\": {",
      "data.state": { "$like": "x" }
    }
  ]
}`;

test('the line and column of a character', () => {
  expect(placeOf('ab\ncd', 0)).toEqual({ line: 1, column: 1 });
  expect(placeOf('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
  expect(placeOf('ab', 99)).toEqual({ line: 1, column: 3 });
});

test('where JSON breaks is said by line: what is wrong, not what stands before it', () => {
  expect(brokenLine(filter)).toBeUndefined();
  expect(brokenLine('{\n  "a": 1,\n  b: 2\n}')).toBe(3);
  expect(brokenLine('{\n  "a": 1\n  "b": 2\n}')).toBe(3);
  expect(brokenLine('{\n  "a": 1,\n}')).toBe(3);
  expect(brokenLine('{ "a": [1,\n 2 }')).toBe(2);
  expect(brokenLine('')).toBe(1);
  expect(brokenLine('{}\n{}')).toBe(2);
});

test('every text that JSON takes has no broken line, and every other has one', () => {
  for (const text of [
    '1',
    '"a"',
    '[]',
    '{}',
    '[1, [2, {"a": [null]}], true]',
    ' {"a":{}} ',
    '-1.5e+3',
    '"\\u00e9"',
  ])
    expect([text, brokenLine(text)]).toEqual([text, undefined]);
  for (const text of ['[1,]', '{"a"}', '[', '{"a":}', 'nul', '{"a":1,,}', '"a', '01', ']'])
    expect(brokenLine(text)).toBe(1);
});

test('a place that the API names is found by its line, though names hold dots', () => {
  expect(lineOfPlace(filter, 'data.amount')).toBe(2);
  expect(lineOfPlace(filter, 'data.amount.$gt')).toBe(2);
  expect(lineOfPlace(filter, '$or')).toBe(3);
  expect(lineOfPlace(filter, '$or.1')).toBe(5);
  expect(lineOfPlace(filter, '$or.1.data.state')).toBe(7);
  expect(lineOfPlace(filter, '$or.0.type')).toBe(4);
});

test('a place that is not there is told at what is around it', () => {
  expect(lineOfPlace(filter, '')).toBe(1);
  expect(lineOfPlace(filter, '$or.1.nothing')).toBe(5);
  expect(lineOfPlace('not json', 'a')).toBeUndefined();
});
