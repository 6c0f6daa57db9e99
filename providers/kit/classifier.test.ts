import { expect, test } from 'vitest';
import { classifier } from './classifier.ts';
import { httpResponse } from './http-response.ts';
import { readPath } from './pagination.ts';

const now = new Date(0);
const bare = classifier();
const status = (code: number) => bare(httpResponse(code, {}, ''), now).kind;

test('statuses have their usual meaning', () => {
  const kinds = [200, 204, 302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503].map(status);
  expect(kinds).toEqual([
    'ok',
    'ok',
    'provider_error',
    'invalid',
    'auth_expired',
    'forbidden',
    'not_found',
    'provider_error',
    'conflict',
    'invalid',
    'rate_limited',
    'provider_error',
    'provider_error',
  ]);
});

test('an error inside a 200 is found by its code, or by the provider’s own test', () => {
  const classify = classifier({
    read: (body) => ({ code: String(readPath(body, 'error.code')), message: 'told' }),
    codes: { access_token_invalid: 'auth_expired' },
    isErrorIn200: (body) => readPath(body, 'error.code') !== 'ok',
  });
  const of = (code: string) => classify(httpResponse(200, {}, JSON.stringify({ error: { code } })), now).kind;
  expect([of('ok'), of('access_token_invalid'), of('new_one')]).toEqual([
    'ok',
    'auth_expired',
    'provider_error',
  ]);
});

test('the code wins over the status, and a wait may stand in the body', () => {
  const classify = classifier({
    read: (body) => ({ code: String(readPath(body, 'error')) }),
    codes: { QUERY_LIMIT_EXCEEDED: 'rate_limited' },
    retryAfterMs: () => 500,
  });
  const busy = httpResponse(503, {}, '{"error":"QUERY_LIMIT_EXCEEDED"}');
  expect(classify(busy, now)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 500 });
  const told = httpResponse(503, { 'Retry-After': '2' }, '{"error":"QUERY_LIMIT_EXCEEDED"}');
  expect(classify(told, now)).toMatchObject({ retryAfterMs: 2000 });
});

test('a wait that fits into no date is a long one', () => {
  for (const told of ['99999999999999999999', '9'.repeat(400)]) {
    const verdict = classifier()(httpResponse(429, { 'Retry-After': told }, ''), now);
    expect(verdict).toMatchObject({ kind: 'rate_limited', retryAfterMs: 31 * 86_400_000 });
  }
});
