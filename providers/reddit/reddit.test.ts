import { describe, expect, test } from 'vitest';
import { httpResponse } from '../kit/index.ts';
import { providerConformance } from '../kit/conformance.ts';
import { redditEmulator } from './emulator/index.ts';
import { reddit } from './index.ts';

describe('conformance', () => {
  const checks = providerConformance({
    provider: reddit,
    emulator: redditEmulator,
    missing: { posts: 't3_1', comments: 't1_1' },
    samples: {
      posts: {
        create: { title: 'Opening day', subreddit: 'smallbusiness', kind: 'self', text: 'Come & see: <3' },
        update: { text: 'We are open' },
        invalid: { title: '', subreddit: 'smallbusiness', text: 'x' },
      },
      comments: {
        create: { parent: 't3_abc12', text: 'Thanks & see you' },
        update: { text: 'Thanks all' },
        invalid: { parent: 't3_abc12', text: '' },
      },
    },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

describe('verdicts', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  const classify = (status: number, body: unknown, headers = {}) =>
    reddit.api.classify(
      httpResponse(status, headers, typeof body === 'string' ? body : JSON.stringify(body)),
      now,
    );

  test('a form’s refusal inside a 200 is invalid, and posting too often tells its wait', () => {
    expect(classify(200, { json: { errors: [['BAD_SR_NAME', 'no such name', 'sr']] } })).toEqual({
      kind: 'invalid',
      providerCode: 'BAD_SR_NAME',
      message: 'no such name',
    });
    const often = 'you are doing that too much. try again in 9 minutes.';
    expect(classify(200, { json: { errors: [['RATELIMIT', often, 'ratelimit']] } })).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 540_000,
    });
    expect(classify(200, { json: { errors: [], data: {} } }).kind).toBe('ok');
    expect(classify(200, {}).kind).toBe('ok');
  });

  test('the same refusal by status, as validation on submit gives it', () => {
    const body = {
      fields: ['sr'],
      explanation: 'no such name',
      message: 'Bad Request',
      reason: 'BAD_SR_NAME',
    };
    expect(classify(400, body)).toEqual({
      kind: 'invalid',
      providerCode: 'BAD_SR_NAME',
      message: 'no such name',
    });
  });

  test('a page instead of JSON is judged by its status; its text is shown to nobody', () => {
    const told = classify(429, '<html>secret</html>', { 'retry-after': '12' });
    expect(told).toMatchObject({ kind: 'rate_limited', retryAfterMs: 12_000 });
    expect(told.message).not.toContain('secret');
    expect(classify(429, '', { 'x-ratelimit-reset': '30' })).toMatchObject({ retryAfterMs: 30_000 });
    expect(classify(502, '<html>').kind).toBe('provider_error');
  });

  test('a token and a scope that lack are told apart by the challenge', () => {
    const challenge = (error: string) => ({ 'www-authenticate': `Bearer realm="reddit", error="${error}"` });
    expect(classify(401, { error: 401 }, challenge('invalid_token')).kind).toBe('auth_expired');
    expect(classify(403, { error: 403 }, challenge('insufficient_scope'))).toMatchObject({
      kind: 'forbidden',
      providerCode: 'insufficient_scope',
    });
  });

  test('rate headers are decimals, and the window ends in so many seconds', () => {
    const headers = { 'x-ratelimit-used': '4', 'x-ratelimit-remaining': '596.0', 'x-ratelimit-reset': '541' };
    expect(reddit.api.readRateHeaders(headers, now)).toEqual({
      limit: 600,
      remaining: 596,
      windowMs: 600_000,
      resetAt: new Date(now.getTime() + 541_000),
    });
    expect(reddit.api.readRateHeaders({}, now)).toBeUndefined();
  });
});

describe('requests', () => {
  const auth = reddit.auth;
  const at = (url: string, extra?: Record<string, unknown>) => {
    const tokens = { accessToken: 't', tokenType: 'bearer', ...(extra === undefined ? {} : { extra }) };
    return auth.authenticate({ method: 'GET', url, headers: {} }, { kind: 'oauth2', tokens }, new Date(0));
  };

  test('listings stand under the account’s name, and the User-Agent names client and account', () => {
    const sent = at('https://oauth.reddit.com/user/me/comments?limit=5', { app: 'cl13nt', user: 'some_one' });
    expect(sent.url).toBe('https://oauth.reddit.com/user/some_one/comments?limit=5');
    expect(sent.headers).toEqual({
      authorization: 'Bearer t',
      'user-agent': 'server:cl13nt:1.0.0 (by /u/some_one)',
    });
    expect(() => at('https://oauth.reddit.com/user/me/comments')).toThrow(/no name/);
    expect(at('https://oauth.reddit.com/api/v1/me').url).toBe('https://oauth.reddit.com/api/v1/me');
  });

  test('consent is asked for to last', () => {
    const url = new URL(
      auth.authorizationUrl({
        hosts: reddit.hosts,
        client: { id: 'c', secret: 's' },
        redirectUri: 'https://me.example/cb',
        state: 'x',
        codeChallenge: 'unused',
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'c',
      redirect_uri: 'https://me.example/cb',
      scope: 'identity read submit edit history mysubreddits',
      state: 'x',
      duration: 'permanent',
    });
  });

  test('a link and a text are posted each in their way', () => {
    const form = (given: Record<string, unknown>) => reddit.resources.posts.create?.request(given).form;
    expect(form({ title: 't', subreddit: 's', url: 'https://a.example' })).toEqual({
      api_type: 'json',
      kind: 'link',
      sr: 's',
      title: 't',
      url: 'https://a.example',
    });
    expect(form({ title: 't', subreddit: 's', text: 'x' })).toMatchObject({ kind: 'self', text: 'x' });
  });

  test('an answer without its list is not an empty list', () => {
    const { posts } = reddit.resources;
    expect(() => posts.readPage(httpResponse(200, {}, '{"kind":"Listing"}'))).toThrow(/no list/);
  });
});
