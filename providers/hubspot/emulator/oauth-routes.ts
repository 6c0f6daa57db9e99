import { consentRoutes, json, readForm } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import type { EmulatorRequest, EmulatorResponse, Route, World } from '../../kit/emulator/index.ts';

const APP_ID = 3_914_058;

/**
 * OAuth: the consent screen, the token endpoint in its three addresses, introspection and revocation, v1's
 * look-ups by path. The shapes of the token endpoint's errors are unconfirmed for v1 and unknown for v3: both
 * answer with HubSpot's own codes.
 */
export function oauthRoutes(world: World): Route[] {
  const { client } = world.definition;

  const clientProblem = (form: URLSearchParams): EmulatorResponse | undefined => {
    if (form.get('client_id') !== client.id) return refuse('BAD_CLIENT_ID', 'missing or unknown client id');
    if (form.get('client_secret') !== client.secret)
      return refuse('BAD_CLIENT_SECRET', 'missing or invalid client secret');
    return undefined;
  };

  const token =
    (version: 'v1' | 'v3') =>
    (request: EmulatorRequest): EmulatorResponse => {
      const form = readForm(request);
      const problem = clientProblem(form);
      if (problem !== undefined) return problem;
      const grantType = form.get('grant_type');
      if (grantType === 'authorization_code') {
        const verifier = form.get('code_verifier');
        const pair = world.tokens.redeemCode({
          code: form.get('code') ?? '',
          clientId: client.id,
          redirectUri: form.get('redirect_uri') ?? '',
          ...(verifier === null ? {} : { verifier }),
        });
        if (typeof pair === 'string') return refuse('BAD_AUTH_CODE', CODE_FAILURES[pair]);
        return reply(pair, version);
      }
      if (grantType === 'refresh_token') {
        const pair = world.tokens.refresh(form.get('refresh_token') ?? '', client.id);
        return pair === undefined
          ? refuse('BAD_REFRESH_TOKEN', 'missing or invalid refresh token')
          : reply(pair, version);
      }
      return refuse('BAD_GRANT_TYPE', `unsupported grant type ${grantType ?? '(none)'}`);
    };

  const reply = (pair: Exclude<ReturnType<typeof world.tokens.redeemCode>, string>, version: 'v1' | 'v3') => {
    const body = {
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      expires_in: pair.expiresIn,
      token_type: 'bearer',
    };
    const { accountId, scopes } = pair.grant;
    const account = world.definition.accounts.find((one) => one.id === accountId);
    const more = {
      hub_id: Number(accountId),
      user_id: Number(account?.user.id),
      scopes,
      token_use: 'access_token',
    };
    return json(200, version === 'v3' ? { ...body, ...more } : body, { 'cache-control': 'no-store' });
  };

  const describe = (tokenText: string, kind: 'access' | 'refresh'): Record<string, unknown> | undefined => {
    const found = world.tokens.find(tokenText, kind);
    const account = world.definition.accounts.find((one) => one.id === found?.grant.accountId);
    if (found === undefined || account === undefined) return undefined;
    const { expiresAt } = found.token;
    const left =
      expiresAt === undefined ? {} : { expires_in: Math.floor((expiresAt - world.now().getTime()) / 1000) };
    return {
      token: tokenText,
      user: account.user.email,
      hub_domain: account.detail,
      scopes: found.grant.scopes,
      hub_id: Number(account.id),
      app_id: APP_ID,
      user_id: Number(account.user.id),
      token_type: kind,
      ...left,
    };
  };

  const introspect = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    const problem = clientProblem(form);
    if (problem !== undefined) return problem;
    const kind = form.get('token_type_hint') === 'refresh_token' ? 'refresh' : 'access';
    const described = describe(form.get('token') ?? '', kind);
    return json(
      200,
      described === undefined
        ? { active: false }
        : { active: true, ...described, token_use: `${kind}_token` },
    );
  };

  const revoke = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    const problem = clientProblem(form);
    if (problem !== undefined) return problem;
    // RFC 7009 2.2: a token nobody knows is as good as revoked.
    world.tokens.revokeToken(form.get('token') ?? '');
    return { status: 200 };
  };

  const lookUp =
    (kind: 'access' | 'refresh') =>
    (request: EmulatorRequest): EmulatorResponse => {
      const described = describe(request.params['token'] ?? '', kind);
      return described === undefined
        ? failure(404, 'OBJECT_NOT_FOUND', 'The token is not known or not valid.')
        : json(200, described);
    };

  const api = (method: string, path: string, handler: Route['handler']): Route => ({
    method,
    host: 'api',
    path,
    handler,
  });
  return [
    ...consentRoutes(world, {
      host: 'app',
      path: '/oauth/authorize',
      scopeLabels: SCOPES,
      scopesRequired: true,
    }),
    api('POST', '/oauth/v1/token', token('v1')),
    api('POST', '/oauth/v3/token', token('v3')),
    api('POST', '/oauth/2026-03/token', token('v3')),
    api('POST', '/oauth/v3/token/introspect', introspect),
    api('POST', '/oauth/v3/token/revoke', revoke),
    api('GET', '/oauth/v1/access-tokens/:token', lookUp('access')),
    api('GET', '/oauth/v1/refresh-tokens/:token', lookUp('refresh')),
    api('DELETE', '/oauth/v1/refresh-tokens/:token', (request) => {
      world.tokens.revokeToken(request.params['token'] ?? '');
      return { status: 204 };
    }),
  ];
}

function refuse(status: string, message: string): EmulatorResponse {
  return json(400, { status, message });
}

const CODE_FAILURES = {
  unknown_code: 'missing or unknown auth code',
  used_code: 'the auth code was already used',
  expired_code: 'the auth code has expired',
  redirect_mismatch: 'the redirect URI does not match the one of the authorization request',
  wrong_verifier: 'the code verifier does not match the code challenge',
} as const;

const SCOPES: Readonly<Record<string, string>> = {
  oauth: 'Know which account it is connected to',
  'crm.objects.contacts.read': 'See your contacts',
  'crm.objects.contacts.write': 'Create, change and archive contacts',
  'crm.objects.companies.read': 'See your companies',
  'crm.objects.companies.write': 'Create, change and archive companies',
  'crm.objects.deals.read': 'See your deals',
  'crm.objects.deals.write': 'Create, change and archive deals',
  tickets: 'See, create, change and archive tickets',
  'crm.objects.owners.read': 'See who owns what',
};
