import { expect, test } from 'vitest';
import { httpResponse } from '../kit/index.ts';
import { auth } from './auth.ts';
import type { HttpRequest, OAuthContext } from '../kit/index.ts';

const now = new Date('2026-11-20T12:00:00Z');

function context(status: number, body: string): OAuthContext & { sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return {
    sent,
    hosts: { www: 'https://www.example', api: 'https://api.example' },
    now: () => now,
    client: { id: 'key', secret: 'client-secret' },
    http: (request) => {
      sent.push(request);
      return Promise.resolve(httpResponse(status, {}, body));
    },
  };
}

const reply = JSON.stringify({
  access_token: 'act.2',
  expires_in: 7200,
  open_id: 'o-1',
  refresh_token: 'rft.2',
  refresh_expires_in: 15_552_000,
  scope: 'user.info.basic,video.list',
  token_type: 'Bearer',
});
const tokens = { accessToken: 'act.1', refreshToken: 'rft.1', tokenType: 'Bearer' };

test('the client is a client_key, scopes are parted by commas, no challenge is sent', () => {
  const { hosts, client } = context(200, '');
  const url = auth.authorizationUrl({
    hosts,
    client,
    redirectUri: 'https://me.example/cb',
    state: 's',
    codeChallenge: 'c',
  });
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    response_type: 'code',
    client_key: 'key',
    scope: 'user.info.basic,video.list',
    redirect_uri: 'https://me.example/cb',
    state: 's',
  });
  expect(new URL(url).pathname).toBe('/v2/auth/authorize/');
});

test('a refresh sends the client_key and brings a new refresh token; both lifetimes are the reply’s', async () => {
  const ctx = context(200, reply);
  expect(await auth.refresh({ ...ctx, tokens })).toEqual({
    accessToken: 'act.2',
    refreshToken: 'rft.2',
    expiresAt: new Date(now.getTime() + 7_200_000),
    refreshExpiresAt: new Date(now.getTime() + 15_552_000_000),
    scopes: ['user.info.basic', 'video.list'],
    tokenType: 'Bearer',
    extra: { open_id: 'o-1' },
  });
  expect(Object.fromEntries(new URLSearchParams(ctx.sent[0]?.body as string))).toEqual({
    client_key: 'key',
    client_secret: 'client-secret',
    grant_type: 'refresh_token',
    refresh_token: 'rft.1',
  });
});

test('an error in a 200 is an error, of the kind its code tells', async () => {
  const kindOf = (error: string, status = 200): Promise<unknown> => {
    const body = JSON.stringify({ error, error_description: 'words', log_id: 'L1' });
    return auth
      .refresh({ ...context(status, body), tokens })
      .catch((refusal: { problem: unknown }) => refusal.problem);
  };
  expect(await kindOf('invalid_grant')).toEqual({
    kind: 'revoked',
    message: 'words',
    providerCode: 'invalid_grant',
    providerRequestId: 'L1',
  });
  expect(await kindOf('invalid_client')).toMatchObject({ kind: 'forbidden' });
  expect(await kindOf('invalid_request')).toMatchObject({ kind: 'invalid' });
  expect(await kindOf('what_is_this')).toMatchObject({ kind: 'provider_error' });
  expect(await kindOf('invalid_grant', 400)).toMatchObject({ kind: 'revoked' });
});

test('revocation sends the access token, and an empty answer is its success', async () => {
  const ctx = context(200, '');
  await auth.revoke({ ...ctx, tokens });
  expect(ctx.sent).toHaveLength(1);
  expect(ctx.sent[0]?.url).toBe('https://api.example/v2/oauth/revoke/');
  expect(Object.fromEntries(new URLSearchParams(ctx.sent[0]?.body as string))).toEqual({
    client_key: 'key',
    client_secret: 'client-secret',
    token: 'act.1',
  });
});
