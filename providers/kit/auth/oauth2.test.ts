import { expect, test } from 'vitest';
import { oauth2 } from './oauth2.ts';
import { httpResponse } from '../http-response.ts';
import type { OAuth2Options } from './oauth2.ts';
import type { HttpRequest, OAuthContext } from '../types.ts';

const now = new Date('2026-11-20T12:00:00Z');
const base: OAuth2Options = {
  authorizeUrl: 'app:/authorize',
  tokenUrl: 'api:/token',
  revokeUrl: 'api:/revoke',
  scopes: ['a', 'b'],
  pkce: true,
};

function context(...answers: [number, unknown][]): OAuthContext & { sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return {
    sent,
    hosts: { app: 'https://app.example', api: 'https://api.example' },
    now: () => now,
    client: { id: 'id', secret: 's:/é' },
    http: (request) => {
      sent.push(request);
      const [status, body] = answers.shift() ?? [500, {}];
      return Promise.resolve(httpResponse(status, {}, JSON.stringify(body)));
    },
  };
}

const authorize = (options: Partial<OAuth2Options>) =>
  new URL(
    oauth2({ ...base, ...options }).authorizationUrl({
      hosts: context().hosts,
      client: { id: 'id', secret: 'x' },
      redirectUri: 'https://me.example/cb',
      state: 's&t',
      codeChallenge: 'c',
    }),
  ).searchParams;

test('the authorisation URL is standard, and bends where a provider does', () => {
  expect(Object.fromEntries(authorize({}))).toEqual({
    response_type: 'code',
    client_id: 'id',
    redirect_uri: 'https://me.example/cb',
    scope: 'a b',
    state: 's&t',
    code_challenge: 'c',
    code_challenge_method: 'S256',
  });
  const bent = authorize({
    scopeSeparator: ',',
    paramNames: { client_id: 'client_key' },
    pkce: false,
    omitAuthorizeParams: ['redirect_uri'],
    authorizeParams: { duration: 'permanent' },
  });
  expect(Object.fromEntries(bent)).toEqual({
    response_type: 'code',
    client_key: 'id',
    scope: 'a,b',
    state: 's&t',
    duration: 'permanent',
  });
});

test('the S256 challenge is that of RFC 7636, appendix B', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  expect(oauth2(base).codeChallenge(verifier)).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});

const exchange = async (options: Partial<OAuth2Options>, ...answers: [number, unknown][]) => {
  const ctx = context(...answers);
  const input = { ...ctx, code: 'c0de#_', redirectUri: 'https://me.example/cb', codeVerifier: 'v' };
  const tokens = await oauth2({ ...base, ...options }).exchangeCode(input);
  return { tokens, request: ctx.sent[0], sent: ctx.sent };
};

test('token requests are a form by default, and JSON, a query or HTTP Basic where wanted', async () => {
  const reply: [number, unknown] = [
    200,
    { access_token: 't', expires_in: '60', refresh_token: 'r', scope: 'a b', hub_id: 7 },
  ];
  const form = await exchange({}, reply);
  expect(Object.fromEntries(new URLSearchParams(form.request?.body as string))).toEqual({
    client_id: 'id',
    client_secret: 's:/é',
    grant_type: 'authorization_code',
    code: 'c0de#_',
    redirect_uri: 'https://me.example/cb',
    code_verifier: 'v',
  });
  expect(form.tokens).toEqual({
    accessToken: 't',
    refreshToken: 'r',
    expiresAt: new Date(now.getTime() + 60_000),
    scopes: ['a', 'b'],
    tokenType: 'Bearer',
    extra: { hub_id: 7 },
  });
  const json = await exchange({ tokenFormat: 'json', cleanCode: (code) => code.replace(/#_$/, '') }, reply);
  expect(JSON.parse(json.request?.body as string)).toMatchObject({ code: 'c0de', client_id: 'id' });
  const query = await exchange({ tokenFormat: 'query', pkce: false }, reply);
  expect(query.request).toMatchObject({ method: 'GET' });
  expect(new URL(query.request?.url ?? '').searchParams.get('code_verifier')).toBeNull();
  const basic = await exchange({ clientAuth: 'basic', tokenHeaders: { 'User-Agent': 'mine' } }, reply);
  expect(basic.request?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('id:s%3A%2F%C3%A9').toString('base64')}`,
    'user-agent': 'mine',
  });
  expect(basic.request?.body).not.toContain('client_secret');
});

test('a ladder of tokens is a hook around the standard step', async () => {
  const options: Partial<OAuth2Options> = {
    exchangeCode: async (_ctx, standard) => ({
      ...(await standard()),
      accessToken: 'long',
      tokenType: 'bearer',
    }),
  };
  const { tokens } = await exchange(options, [200, { access_token: 'short' }]);
  expect(tokens.accessToken).toBe('long');
});

test('a refresh keeps what the reply omits, but never an old expiry', async () => {
  const tokens = {
    accessToken: 'old',
    refreshToken: 'r',
    expiresAt: now,
    scopes: ['a'],
    tokenType: 'Bearer',
    extra: { hub_id: 7 },
  };
  const kept = await oauth2(base).refresh({ ...context([200, { access_token: 'new' }]), tokens });
  expect(kept).toEqual({
    accessToken: 'new',
    refreshToken: 'r',
    scopes: ['a'],
    tokenType: 'Bearer',
    extra: { hub_id: 7 },
  });
  const rotated = await oauth2(base).refresh({
    ...context([200, { access_token: 'new', refresh_token: 'r2' }]),
    tokens,
  });
  expect(rotated.refreshToken).toBe('r2');
});

test('a reply without a token never replaces one that works; an error in a 200 is an error', async () => {
  await expect(exchange({}, [200, { ok: true }])).rejects.toThrow(SyntaxError);
  await expect(exchange({}, [200, { error: 'invalid_grant' }])).rejects.toMatchObject({ kind: 'revoked' });
  await expect(exchange({}, [401, { error: 'invalid_client' }])).rejects.toMatchObject({ kind: 'forbidden' });
  await expect(exchange({}, [429, {}])).rejects.toMatchObject({ kind: 'rate_limited' });
  await expect(exchange({}, [503, '<html>'])).rejects.toMatchObject({ kind: 'provider_error' });
});

test('without a refresh token a refresh asks for a new connection, and sends nothing', async () => {
  const ctx = context();
  const tokens = { accessToken: 't', tokenType: 'Bearer' };
  await expect(oauth2(base).refresh({ ...ctx, tokens })).rejects.toMatchObject({ kind: 'revoked' });
  expect(ctx.sent).toEqual([]);
});

test('revocation sends the refresh token, then the access token only where the endpoint ends each alone', async () => {
  const tokens = { accessToken: 't', refreshToken: 'r', tokenType: 'Bearer' };
  const sentBy = async (options: Partial<OAuth2Options>) => {
    const ctx = context([200, {}], [200, {}]);
    await oauth2({ ...base, ...options }).revoke({ ...ctx, tokens });
    return ctx.sent.map((request) => new URLSearchParams(request.body as string).get('token'));
  };
  expect(await sentBy({})).toEqual(['r']);
  expect(await sentBy({ revokeEach: true })).toEqual(['r', 't']);
  const own = oauth2({ ...base, revokeRequest: () => ({ method: 'DELETE', url: 'api:/grants/1' }) });
  const ctx = context([204, {}]);
  await own.revoke({ ...ctx, tokens });
  expect(ctx.sent[0]).toMatchObject({ method: 'DELETE', url: 'https://api.example/grants/1' });
});

test('client credentials ask with the scopes; requests carry the token as the provider wants it', async () => {
  const ctx = context([200, { access_token: 't', token_type: 'bearer' }]);
  const auth = oauth2({
    ...base,
    grant: 'client_credentials',
    authenticate: (request, { accessToken }) => ({ ...request, query: { auth: accessToken } }),
  });
  const tokens = await auth.clientCredentials(ctx);
  expect(ctx.sent[0]?.body).toContain('grant_type=client_credentials&scope=a+b');
  const request: HttpRequest = { method: 'GET', url: 'https://api.example', headers: {} };
  expect(auth.authenticate(request, { kind: 'oauth2', tokens }, now).query).toEqual({ auth: 't' });
  expect(oauth2(base).authenticate(request, { kind: 'oauth2', tokens }, now).headers).toEqual({
    authorization: 'Bearer t',
  });
  expect(() => auth.authenticate(request, { kind: 'fields', values: {} }, now)).toThrow(TypeError);
});
