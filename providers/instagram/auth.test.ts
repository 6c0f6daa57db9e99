import { expect, test } from 'vitest';
import { httpResponse } from '../kit/index.ts';
import { auth } from './auth.ts';
import type { HttpRequest, OAuthContext } from '../kit/index.ts';

const now = new Date('2026-11-20T12:00:00Z');
const DAY_MS = 24 * 3_600_000;

function context(...answers: [number, unknown][]): OAuthContext & { sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return {
    sent,
    hosts: { www: 'https://www.example', api: 'https://api.example', graph: 'https://graph.example' },
    now: () => now,
    client: { id: 'app', secret: 'app-secret' },
    http: (request) => {
      sent.push(request);
      const [status, body] = answers.shift() ?? [500, {}];
      return Promise.resolve(httpResponse(status, {}, JSON.stringify(body)));
    },
  };
}

const long: [number, unknown] = [200, { access_token: 'long', token_type: 'bearer', expires_in: 5_183_944 }];
const exchange = (ctx: OAuthContext) =>
  auth.exchangeCode({ ...ctx, code: 'c0de#_', redirectUri: 'https://me.example/cb' });

test('the ladder: a clean code for an hour’s token, in either shape, and that for sixty days', async () => {
  const short = { access_token: 'short', user_id: 26408173995512301n.toString(), permissions: 'a,b' };
  for (const body of [{ data: [short] }, short, { ...short, permissions: ['a', 'b'] }]) {
    const ctx = context([200, body], long);
    const expiresAt = new Date(now.getTime() + 5_183_944_000);
    expect(await exchange(ctx)).toEqual({
      accessToken: 'long',
      refreshToken: 'long',
      expiresAt,
      refreshExpiresAt: expiresAt,
      scopes: ['a', 'b'],
      tokenType: 'Bearer',
    });
    const [first, second] = ctx.sent;
    expect(first?.url).toBe('https://api.example/oauth/access_token');
    expect(new URLSearchParams(first?.body as string).get('code')).toBe('c0de');
    expect(second).toMatchObject({ method: 'GET' });
    expect(Object.fromEntries(new URL(second?.url ?? '').searchParams)).toEqual({
      grant_type: 'ig_exchange_token',
      client_secret: 'app-secret',
      access_token: 'short',
    });
  }
});

test('the scopes are parted by commas, and no code challenge is sent', () => {
  const { hosts, client } = context();
  const url = auth.authorizationUrl({
    hosts,
    client,
    redirectUri: 'https://me.example/cb',
    state: 's',
    codeChallenge: 'c',
  });
  const { searchParams } = new URL(url);
  expect(searchParams.get('scope')).toBe('instagram_business_basic,instagram_business_manage_comments');
  expect(searchParams.has('code_challenge')).toBe(false);
});

test('a refresh sends the access token itself, and its old lifetime does not outlive it', async () => {
  const tokens = {
    accessToken: 'old',
    refreshToken: 'old',
    expiresAt: now,
    scopes: ['a'],
    tokenType: 'Bearer',
  };
  const ctx = context(long);
  expect(await auth.refresh({ ...ctx, tokens })).toMatchObject({
    accessToken: 'long',
    refreshToken: 'long',
    expiresAt: new Date(now.getTime() + 5_183_944_000),
    scopes: ['a'],
  });
  expect(ctx.sent[0]?.url).toBe(
    'https://graph.example/refresh_access_token?grant_type=ig_refresh_token&access_token=old',
  );
  expect(auth.refreshNotBeforeMs).toBe(DAY_MS);
});

test('what a refused refresh means: a dead token, a limit, an outage', async () => {
  const tokens = { accessToken: 'old', refreshToken: 'old', tokenType: 'Bearer' };
  const kindOf = async (status: number, error: unknown): Promise<unknown> =>
    auth
      .refresh({ ...context([status, { error }]), tokens })
      .catch((problem: { kind: string }) => problem.kind);
  expect(await kindOf(400, { code: 190, message: 'expired' })).toBe('revoked');
  expect(await kindOf(400, { code: 4, message: 'limit' })).toBe('rate_limited');
  expect(await kindOf(400, { code: 100, message: 'too young' })).toBe('invalid');
  expect(await kindOf(500, undefined)).toBe('provider_error');
});

test('a bad code is the person’s to repeat; a wrong app is the operator’s, on either step', async () => {
  const refuse = (error_message: string): [number, unknown] => [
    400,
    { error_type: 'OAuthException', code: 400, error_message },
  ];
  await expect(exchange(context(refuse('This authorization code has been used')))).rejects.toMatchObject({
    kind: 'revoked',
  });
  await expect(exchange(context(refuse('Invalid platform app')))).rejects.toMatchObject({
    kind: 'forbidden',
  });
  const second: [number, unknown] = [
    400,
    { error: { code: 101, message: 'Error validating client secret.' } },
  ];
  await expect(exchange(context([200, { access_token: 'short' }], second))).rejects.toMatchObject({
    kind: 'forbidden',
  });
  await expect(exchange(context([200, { data: [] }]))).rejects.toThrow(SyntaxError);
});
