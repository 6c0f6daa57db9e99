import { describe, expect, test } from 'vitest';
import { providerConformance } from '../kit/conformance.ts';
import { httpResponse } from '../kit/index.ts';
import { instagramEmulator } from './emulator/index.ts';
import { instagram } from './index.ts';

const post = instagramEmulator.collections[0]?.idOf(5) ?? '';

describe('conformance', () => {
  const checks = providerConformance({
    provider: instagram,
    emulator: instagramEmulator,
    samples: {
      comments: {
        create: { media_id: post, text: 'Obrigada! Até sábado.' },
        update: {},
        invalid: { media_id: post, text: '' },
      },
    },
    told: { collection: 'comments', kind: 'created', fields: (text) => ({ text }) },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

describe('verdicts', () => {
  const classify = (status: number, error: unknown, headers = {}) =>
    instagram.api.classify(httpResponse(status, headers, JSON.stringify({ error })), new Date(0));
  const usage = (minutes: number) => ({
    'x-business-use-case-usage': JSON.stringify({
      '17841405309211844': [
        { type: 'instagram', call_count: 62, total_time: 91, estimated_time_to_regain_access: minutes },
      ],
    }),
  });

  test('every code of throttling waits as long as the usage header tells, whatever the status', () => {
    for (const code of [4, 17, 32, 613, 80002]) {
      expect(classify(400, { code, message: 'limit' }, usage(7))).toMatchObject({
        kind: 'rate_limited',
        retryAfterMs: 420_000,
      });
    }
    expect(classify(403, { code: 4, message: 'limit' })).not.toHaveProperty('retryAfterMs');
  });

  test('190 asks for a refresh; 100 is a wrong parameter, unless its subcode says that nothing is there', () => {
    expect(classify(400, { code: 190, message: 'expired', fbtrace_id: 'A1' })).toMatchObject({
      kind: 'auth_expired',
      providerCode: '190',
      providerRequestId: 'A1',
    });
    expect(classify(400, { code: 100, message: 'no' }).kind).toBe('invalid');
    expect(classify(400, { code: 100, error_subcode: 33, message: 'no' }).kind).toBe('not_found');
    expect(classify(400, { code: 10, message: 'no' }).kind).toBe('forbidden');
  });

  test('usage is read in percent, of the most used allowance', () => {
    const read = (headers: Record<string, string>) => instagram.api.readRateHeaders(headers, new Date(0));
    expect(read(usage(0))).toEqual({ limit: 100, remaining: 9 });
    expect(read(usage(2))).toEqual({ limit: 100, remaining: 9, resetAt: new Date(120_000) });
    expect(read({ 'x-app-usage': '{"call_count":100,"total_time":3,"total_cputime":1}' })).toEqual({
      limit: 100,
      remaining: 0,
    });
    expect(read({ 'x-app-usage': 'nonsense' })).toBeUndefined();
  });
});

describe('comments', () => {
  const { comments } = instagram.resources;
  const answer = (body: unknown) => httpResponse(200, {}, JSON.stringify(body));
  const edge = (ids: string[], after?: string) => ({
    data: ids.map((id) => ({ id })),
    paging: {
      cursors: { before: 'b', after: after ?? 'last' },
      ...(after === undefined ? {} : { next: 'https://x' }),
    },
  });
  const posts = {
    data: [
      { id: '7', media_type: 'IMAGE', comments: edge(['71'], 'a7') },
      { id: '8', media_type: 'IMAGE' },
      { id: '9', media_type: 'VIDEO', comments: edge(['91'], 'a9') },
    ],
    paging: edge([], 'm1').paging,
  };

  test('posts with more comments are read to their end before the next page of posts', () => {
    const walk: string[] = [];
    const read: string[] = [];
    const bodies = [posts, edge(['72'], 'b7'), edge(['73']), edge(['92']), { data: [] }];
    let cursor: string | undefined;
    for (const body of bodies) {
      const args = { limit: 25, ...(cursor === undefined ? {} : { cursor }) };
      const { url, query } = comments.list(args);
      walk.push(`${(url as string).replace(/^graph:\/v[\d.]+/, '')} ${String(query?.['after'])}`);
      const page = comments.readPage(answer(body), args);
      read.push(
        ...page.records.map(
          (raw) => `${comments.idOf(raw)} on ${String(comments.fieldsOf(raw)['media_id'])}`,
        ),
      );
      cursor = page.next;
    }
    expect(walk).toEqual([
      '/me/media undefined',
      '/7/comments a7',
      '/7/comments b7',
      '/9/comments a9',
      '/me/media m1',
    ]);
    expect(read).toEqual(['71 on 7', '91 on 9', '72 on 7', '73 on 7', '92 on 9']);
    expect(cursor).toBeUndefined();
  });

  test('an answer to another question than was asked is refused, never read as no comments', () => {
    expect(() => comments.readPage(answer(edge(['72'])))).toThrow(SyntaxError);
    expect(() => comments.readPage(answer({ error: {} }))).toThrow(SyntaxError);
    expect(() => comments.list({ limit: 25, cursor: '{"open":7}' })).toThrow(SyntaxError);
  });
});

test('a post whose picture’s address is signed anew is the same post', () => {
  const { media } = instagram.resources;
  const raw = { id: '1', media_type: 'IMAGE', timestamp: '2026-11-20T12:00:00+0000', media_url: 'https://a' };
  expect(media.fieldsOf(media.schema.parse(raw))).toEqual(
    media.fieldsOf(media.schema.parse({ ...raw, media_url: 'https://b' })),
  );
  expect(media.fieldsOf(media.schema.parse(raw))['timestamp']).toBe('2026-11-20T12:00:00.000Z');
});
