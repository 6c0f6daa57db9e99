import { errorTable } from '@mortise/contract';
import { MortiseError } from '@mortise/sdk';
import { expect, it } from 'vitest';
import { text } from '../messages/index.ts';
import { sayError } from './say-error.ts';
import { fieldErrorsOf } from './use-form.ts';

const error = (code: keyof typeof errorTable, more: object = {}) =>
  new MortiseError({
    code,
    status: errorTable[code].status,
    title: 'raw title',
    requestId: 'req_1',
    ...more,
  });

it('has its own sentence for every code of the contract and never shows a raw title', () => {
  for (const code of Object.keys(errorTable) as (keyof typeof errorTable)[]) {
    const said = sayError(error(code));
    expect(said).toEqual({ ...text.errors[code], requestId: 'req_1' });
    expect(said.title).not.toBe('');
  }
});

it('passes on what the server says about this case, but not about its own failures', () => {
  expect(sayError(error('conflict', { detail: 'It has two connections.' })).advice).toBe(
    'It has two connections.',
  );
  const issues = [{ path: 'body.email', message: 'x' }];
  const fields = error('invalid_request', { detail: 'body.email: x', issues });
  expect(sayError(fields).advice).toBe(text.errors.invalid_request.advice);
  expect(sayError(error('internal', { detail: 'relation "x" does not exist' })).advice).toBe(
    text.errors.internal.advice,
  );
});

it('tells a bug in a page without its message', () => {
  expect(sayError(new TypeError('x is undefined'))).toEqual({
    ...text.errors.internal,
    requestId: undefined,
  });
});

it('brings the server’s refusals of single fields to their fields', () => {
  const issues = [
    { path: 'body.email', message: 'is taken' },
    { path: 'name', message: 'is too long' },
  ];
  expect(fieldErrorsOf(error('invalid_request', { issues }))).toEqual({
    email: 'This is taken.',
    name: 'This is too long.',
  });
  expect(fieldErrorsOf(new Error('x'))).toEqual({});
});
