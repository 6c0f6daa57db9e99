import { consentRoutes, json, readForm } from '../../kit/emulator/index.ts';
import { badToken, failure, wrongParameter } from './envelopes.ts';
import type { EmulatorRequest, EmulatorResponse, Route, World } from '../../kit/emulator/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The consent screen, and the three steps of the ladder: a code, an hour, sixty days, sixty days again. */
export function oauthRoutes(world: World): Route[] {
  const { client, accounts } = world.definition;

  const exchangeCode = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    // One message for a wrong id and a wrong secret.
    if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret)
      return refuse('Invalid platform app');
    if (form.get('grant_type') !== 'authorization_code') return refuse('Invalid grant_type');
    const pair = world.tokens.redeemCode({
      code: (form.get('code') ?? '').replace(/#_$/, ''),
      clientId: client.id,
      redirectUri: form.get('redirect_uri') ?? '',
      accessTtlMs: HOUR_MS,
    });
    if (typeof pair === 'string') return refuse(CODE_FAILURES[pair]);
    const account = accounts.find((one) => one.id === pair.grant.accountId);
    const told = {
      access_token: pair.accessToken,
      // The trap: this is the app-scoped id.
      user_id: account?.user.id,
      permissions: pair.grant.scopes.join(','),
    };
    return json(200, { data: [told] }, { 'cache-control': 'no-store' });
  };

  const exchangeToken = ({ query }: EmulatorRequest): EmulatorResponse => {
    if (query.get('grant_type') !== 'ig_exchange_token') return wrongParameter('Unsupported grant_type');
    if (query.get('client_secret') !== client.secret)
      return failure(400, { code: 101, message: 'Error validating client secret.' });
    return longLived(query, () => undefined);
  };

  const refresh = ({ query }: EmulatorRequest): EmulatorResponse => {
    if (query.get('grant_type') !== 'ig_refresh_token') return wrongParameter('Unsupported grant_type');
    return longLived(query, (issuedAt) =>
      // How Instagram words this, and by which code, is not published.
      world.now().getTime() - issuedAt < DAY_MS
        ? wrongParameter('The access token must be at least 24 hours old to be refreshed')
        : undefined,
    );
  };

  const longLived = (
    query: URLSearchParams,
    refusal: (issuedAt: number) => EmulatorResponse | undefined,
  ): EmulatorResponse => {
    const token = query.get('access_token') ?? '';
    const found = world.tokens.find(token, 'access');
    if (found === undefined) return badToken(world.tokens.knows(token));
    const refused = refusal(found.token.issuedAt);
    if (refused !== undefined) return refused;
    const { accessToken, expiresIn, grant } = world.tokens.issueAccess(found.grant);
    const body = {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: expiresIn,
      permissions: grant.scopes.join(','),
    };
    return json(200, body, { 'cache-control': 'no-store' });
  };

  const screen = consentRoutes(world, {
    host: 'www',
    path: '/oauth/authorize',
    scopeLabels: SCOPES,
    scopeSeparator: ',',
    scopesRequired: true,
  });
  return [
    ...screen.map((route) => ({ ...route, handler: withTail(route.handler) })),
    { method: 'POST', host: 'api', path: '/oauth/access_token', handler: exchangeCode },
    { method: 'GET', host: 'graph', path: '/access_token', handler: exchangeToken },
    { method: 'GET', host: 'graph', path: '/refresh_access_token', handler: refresh },
  ];
}

/** A redirect with a code ends in `#_`. */
function withTail(handler: Route['handler']): Route['handler'] {
  return async (request) => {
    const response = await handler(request);
    const location = response.headers?.['location'];
    if (location === undefined || !new URL(location).searchParams.has('code')) return response;
    return { ...response, headers: { ...response.headers, location: `${location}#_` } };
  };
}

/** The code endpoint's own envelope (unconfirmed, and its messages with it). */
function refuse(message: string): EmulatorResponse {
  return json(400, { error_type: 'OAuthException', code: 400, error_message: message });
}

const CODE_FAILURES = {
  unknown_code: 'Invalid authorization code',
  used_code: 'This authorization code has been used',
  expired_code: 'This authorization code has expired',
  redirect_mismatch:
    'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
  wrong_verifier: 'Invalid authorization code',
} as const;

const SCOPES: Readonly<Record<string, string>> = {
  instagram_business_basic: 'See your profile and your posts',
  instagram_business_manage_comments: 'Read, write and delete comments on your posts',
  instagram_business_content_publish: 'Publish posts for you',
  instagram_business_manage_messages: 'Read and send your messages',
};
