import { expect, test } from 'vitest';
import { isBlank, recordFields } from './record-fields.ts';

test('fields that the provider keeps under properties are the fields', () => {
  expect(recordFields({ id: '7', properties: { email: 'ada@example.com', city: null } })).toEqual([
    { name: 'email', value: 'ada@example.com' },
    { name: 'city', value: null },
  ]);
});

test('without such an object all of the data are the fields', () => {
  expect(recordFields({ id: '7', properties: ['a'], nested: { a: 1 } }).map(({ name }) => name)).toEqual([
    'id',
    'properties',
    'nested',
  ]);
});

test('nothing, null and the empty text are blank; zero and false are not', () => {
  expect([null, undefined, ''].every(isBlank)).toBe(true);
  expect([0, false, [], {}].some(isBlank)).toBe(false);
});
