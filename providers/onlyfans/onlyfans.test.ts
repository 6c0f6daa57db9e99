import { describe, expect, test } from 'vitest';
import { httpResponse } from '../kit/index.ts';
import { providerConformance } from '../kit/conformance.ts';
import { creatorId, fanNumber } from './emulator/numbers.ts';
import { onlyfansEmulator } from './emulator/index.ts';
import { fans } from './fans.ts';
import { messages } from './messages.ts';
import { onlyfans } from './index.ts';
import type { HttpResponse } from '../kit/index.ts';

describe('conformance', () => {
  const place = { creator_id: creatorId(0), chat_id: String(fanNumber(0)) };
  const checks = providerConformance({
    provider: onlyfans,
    emulator: onlyfansEmulator,
    counts: { creators: 3 },
    missing: { messages: `${creatorId(0)}:${fanNumber(0)}:1` },
    samples: {
      messages: {
        create: { ...place, text: 'The new set is up', price: 12 },
        update: {},
        invalid: { ...place, text: '' },
      },
    },
    told: { collection: 'fans', fields: (name) => ({ name }), kind: 'created' },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

test('it stands behind a flag that says why', () => {
  expect(onlyfans.availability.flag).toBe('onlyfans');
  expect(onlyfans.availability.reason).toMatch(/terms of service/);
});

describe('verdicts', () => {
  const answer = (status: number, body: unknown, headers = {}) =>
    httpResponse(status, headers, JSON.stringify(body));
  const classify = (status: number, body: unknown, headers = {}) =>
    onlyfans.api.classify(answer(status, body, headers), new Date(0));

  test('the limits are read from the body, and from no other body', () => {
    const limits = { limit_minute: 1000, remaining_minute: 999, limit_day: null };
    const read = (response: HttpResponse) => onlyfans.api.readRateBody?.(response, new Date(0));
    expect(read(answer(200, { data: [], _meta: { _rate_limits: limits } }))).toEqual({
      limit: 1000,
      remaining: 999,
      windowMs: 60_000,
    });
    expect(read(answer(200, { team: {} }))).toBeUndefined();
    expect(read(httpResponse(502, {}, '<html>'))).toBeUndefined();
  });

  test('a 429 without a wait waits a minute; a refused key, credits and values each have their kind', () => {
    expect(classify(429, {})).toMatchObject({ kind: 'rate_limited', retryAfterMs: 60_000 });
    expect(classify(401, { error: 'Unauthorized.' })).toMatchObject({
      kind: 'auth_expired',
      message: 'Unauthorized.',
    });
    expect(classify(402, {}).kind).toBe('forbidden');
    expect(classify(422, { message: 'm', errors: { text: ['is required'] } })).toMatchObject({
      kind: 'invalid',
      providerCode: 'text',
      message: 'text: is required',
    });
    expect(onlyfans.api.classify(httpResponse(502, {}, '<html>'), new Date(0)).kind).toBe('provider_error');
  });
});

describe('walks', () => {
  const page = (body: unknown) => httpResponse(200, {}, JSON.stringify(body));
  const at = (place: unknown) => ({ limit: 50, cursor: JSON.stringify(place) });

  test('the next page’s address gives parameters and never a host to go to', () => {
    const next = 'https://evil.example/api/acct_z/fans/all?limit=50&offset=50';
    const read = fans.readPage(
      page({ data: { list: [] }, _pagination: { next_page: next } }),
      at({ at: 'acct_a' }),
    );
    expect(fans.list({ limit: 50, ...(read.next === undefined ? {} : { cursor: read.next }) })).toMatchObject(
      {
        url: 'api:/api/acct_a/fans/all',
        query: { offset: '50' },
      },
    );
  });

  test('an answer without a list is an error, and not an empty list that would delete everything', () => {
    expect(() => fans.readPage(page({ data: null }), at({ at: 'acct_a' }))).toThrow(/holds no list/);
    expect(() => fans.readPage(page({ error: 'x' }), { limit: 50 })).toThrow(/holds no accounts/);
    expect(() => fans.list({ limit: 50, cursor: '{"page":2}' })).toThrow(/none of a walk/);
    expect(() => messages.get?.request('12')).toThrow(/no message’s id/);
  });

  test('it goes from creator to creator by id, one that comes in between included, and ends after the last', () => {
    const accounts = page([{ id: 'acct_c' }, { id: 'acct_a' }, { id: 'acct_b', is_authenticated: false }]);
    const next = (place?: unknown) =>
      fans.readPage(accounts, place === undefined ? { limit: 50 } : at(place)).next;
    expect(next()).toBe('{"at":"acct_a"}');
    // A creator whose session has expired is asked all the same: its records are not gone.
    expect(next({ after: 'acct_a' })).toBe('{"at":"acct_b"}');
    expect(next({ after: 'acct_c' })).toBeUndefined();
    const last = fans.readPage(
      page({ data: { list: [] }, _pagination: { next_page: null } }),
      at({ at: 'acct_b' }),
    );
    expect(last.next).toBe('{"after":"acct_b"}');
  });

  test('a session’s secrets are not among what is read of a creator', () => {
    const { records } = onlyfans.resources.creators.readPage(
      page([{ id: 'acct_a', onlyfans_user_data: { wsAuthToken: 'secret' }, onlyfans_email: 'a@b.example' }]),
    );
    expect(records).toEqual([{ id: 'acct_a' }]);
  });
});
