import { expect, test } from 'vitest';
import { errorUnder, filterFault, transformFault, writtenFault } from './faults.ts';

test('an error within a place is found with where it is', () => {
  const errors = { name: 'x', 'settings.headers.X-One': 'y', 'settings.filter.data.a': undefined };
  expect(errorUnder(errors, 'settings.headers')).toEqual({ at: 'X-One', message: 'y' });
  expect(errorUnder(errors, 'name')).toEqual({ at: '', message: 'x' });
  expect(errorUnder(errors, 'settings.filter')).toBeUndefined();
  expect(errorUnder({ 'settings.filters': 'z' }, 'settings.filter')).toBeUndefined();
});

test('a filter’s fault stands at its line: where the JSON breaks, else where the server points', () => {
  const written = '{\n  "data.a": { "$like": 1 }\n}';
  expect(filterFault(written, { 'settings.filter.data.a': 'wrong' })).toEqual({ message: 'wrong', line: 2 });
  expect(filterFault('{\n a', {})?.line).toBe(2);
  expect(filterFault('', {})).toBeUndefined();
});

test('what is missing is named, for no line can point at it', () => {
  expect(writtenFault('{\n  "a": {}\n}', { 'data.a.amount': 'This is missing.' }, 'data')).toEqual({
    message: 'a.amount: This is missing.',
    line: 2,
  });
});

test('a transform’s fault stands at the line of the character that is named, or at none', () => {
  expect(transformFault('{\n  "a": \n}', 'It fails (at character 10)')?.line).toBe(3);
  expect(transformFault('a', 'It takes too long')).toEqual({ message: 'It takes too long', line: undefined });
  expect(transformFault('a', undefined)).toBeUndefined();
});
