import { expect, test } from 'vitest';
import { webhooks } from './webhooks.ts';
import type { WebhookInput } from '../kit/index.ts';

// Instagram publishes no vector. This one is GitHub's, of the same scheme under the same header.
const vector: WebhookInput = {
  method: 'POST',
  url: 'https://hooks.example.com/in/abc',
  headers: {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  },
  rawBody: Buffer.from('Hello, World!'),
  secret: "It's a Secret to Everybody",
  now: new Date(0),
};

test('a signature of the scheme verifies, without its prefix it does not', () => {
  expect(webhooks.verify(vector)).toEqual({ ok: true });
  const bare = vector.headers['x-hub-signature-256']?.slice('sha256='.length) ?? '';
  expect(webhooks.verify({ ...vector, headers: { 'x-hub-signature-256': bare } })).toEqual({
    ok: false,
    reason: 'bad_signature',
  });
});

const events = (entry: unknown[], object = 'instagram') =>
  webhooks.events(Buffer.from(JSON.stringify({ object, entry })));

test('a batch tells of every comment in it; replies, other fields and messages are left out', () => {
  const change = (field: string, value: unknown) => ({ field, value });
  const read = events([
    {
      id: '17841405309211844',
      time: 1_763_640_000,
      changes: [change('comments', { id: '1', text: 'a' }), change('comments', { id: '2', parent_id: '1' })],
    },
    { id: '17841447120933865', time: 1_763_640_001_000, changes: [change('comments', { id: '3' })] },
    { id: '17841447120933865', time: 1_763_640_002, changes: [change('mentions', { comment_id: '4' })] },
    { id: '17841447120933865', time: 1_763_640_003, messaging: [{ message: { text: 'hello' } }] },
  ]);
  expect(read).toEqual([
    {
      dedupeKey: '17841405309211844:comments:1:1763640000',
      accountId: '17841405309211844',
      resource: 'comments',
      externalId: '1',
      kind: 'created',
      occurredAt: new Date(1_763_640_000_000),
    },
    expect.objectContaining({ externalId: '3', occurredAt: new Date(1_763_640_001_000) }),
  ]);
});

test('a body that is none of Instagram’s throws', () => {
  expect(() => events([], 'page')).toThrow(/instagram/);
  expect(() => webhooks.events(Buffer.from('nonsense'))).toThrow(SyntaxError);
});

test('the handshake echoes the challenge as text to whoever knows the verify token, and to nobody else', () => {
  const ask = (query: string, verifyToken?: string, method = 'GET') =>
    webhooks.challenge?.({
      ...vector,
      method,
      url: `${vector.url}?${query}`,
      ...(verifyToken === undefined ? {} : { verifyToken }),
    });
  const query = 'hub.mode=subscribe&hub.challenge=%3Cb%3E1158&hub.verify_token=known';
  const answer = ask(query, 'known');
  expect(answer).toMatchObject({ status: 200, body: '<b>1158' });
  expect(answer?.headers['content-type']).toMatch(/^text\/plain/);
  expect(ask(query, 'another')?.status).toBe(403);
  expect(ask('hub.mode=subscribe&hub.challenge=1158', '')?.status).toBe(403);
  expect(ask('hub.mode=subscribe&hub.challenge=1158')?.status).toBe(403);
  expect(ask('x=1', 'known')).toBeUndefined();
  expect(ask(query, 'known', 'POST')).toBeUndefined();
});
