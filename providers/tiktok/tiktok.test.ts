import { describe, expect, test } from 'vitest';
import { providerConformance } from '../kit/conformance.ts';
import { httpResponse } from '../kit/index.ts';
import { tiktokEmulator } from './emulator/index.ts';
import { tiktok } from './index.ts';

describe('conformance', () => {
  const checks = providerConformance({
    provider: tiktok,
    emulator: tiktokEmulator,
    samples: {},
    told: { collection: 'videos', kind: 'created', fields: (title) => ({ title }) },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

describe('verdicts', () => {
  const classify = (status: number, body: unknown, headers = {}) =>
    tiktok.api.classify(httpResponse(status, headers, JSON.stringify(body)), new Date(0));
  const error = (code: string) => ({ data: {}, error: { code, message: 'words', log_id: 'L1' } });

  test('the code of the error object decides, on a 200 too', () => {
    expect(classify(200, error('ok')).kind).toBe('ok');
    expect(classify(200, error('access_token_invalid'))).toEqual({
      kind: 'auth_expired',
      message: 'words',
      providerCode: 'access_token_invalid',
      providerRequestId: 'L1',
    });
    expect(classify(200, error('internal_error')).kind).toBe('provider_error');
    expect(classify(200, error('something_new')).kind).toBe('provider_error');
    expect(classify(400, error('invalid_params')).kind).toBe('invalid');
  });

  test('a scope that was not given is forbidden, though its status is that of a lapsed token', () => {
    expect(classify(401, error('scope_not_authorized')).kind).toBe('forbidden');
    expect(classify(200, error('scope_permission_missed')).kind).toBe('forbidden');
  });

  test('without a told wait, a 429 waits until the minute has slid past', () => {
    expect(classify(429, error('rate_limit_exceeded'))).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 60_000,
    });
    expect(classify(429, error('rate_limit_exceeded'), { 'retry-after': '3' })).toMatchObject({
      retryAfterMs: 3000,
    });
  });

  test('a query that finds nothing is not found, an empty list is an empty list', () => {
    const ok = { code: 'ok', message: '', log_id: 'L1' };
    expect(classify(200, { data: { videos: [] }, error: ok }).kind).toBe('not_found');
    expect(classify(200, { data: { videos: [], cursor: 1, has_more: false }, error: ok }).kind).toBe('ok');
  });
});

describe('videos', () => {
  const { videos } = tiktok.resources;
  const read = (data: unknown) => videos.readPage(httpResponse(200, {}, JSON.stringify({ data })));

  test('has_more ends a walk, not the cursor, and an answer without its list is refused', () => {
    expect(read({ videos: [], cursor: 1_763_640_000_000, has_more: true }).next).toBe('1763640000000');
    expect(read({ videos: [], cursor: 1_763_640_000_000, has_more: false })).toEqual({ records: [] });
    expect(() => read({})).toThrow(SyntaxError);
  });

  test('pages hold twenty at the most, and the first has no cursor', () => {
    expect(videos.list({ limit: 100 })).toMatchObject({
      method: 'POST',
      json: { max_count: 20 },
      budget: 'video_list',
    });
    expect(videos.list({ limit: 100 }).json).not.toHaveProperty('cursor');
    expect(videos.list({ limit: 5, cursor: '1763640000000' }).json).toEqual({
      max_count: 5,
      cursor: 1_763_640_000_000,
    });
  });

  test('a cover whose address is signed anew makes no other video', () => {
    const raw = { id: '1', create_time: 1_763_640_000, title: 'a', cover_image_url: 'https://a' };
    const fields = (one: unknown) => videos.fieldsOf(videos.schema.parse(one));
    expect(fields(raw)).toEqual(fields({ ...raw, cover_image_url: 'https://b' }));
  });
});
