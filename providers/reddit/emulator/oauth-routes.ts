import { consentRoutes, json, readForm } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import { agentProblem } from './guard.ts';
import type { EmulatorRequest, EmulatorResponse, Route, World } from '../../kit/emulator/index.ts';

/** The consent screen, and the token endpoints behind HTTP Basic. */
export function oauthRoutes(world: World): Route[] {
  const { client } = world.definition;
  /** Codes of consents that were not asked for to last: they give no refresh token. */
  const passing = new Set<string>();

  const gate = (request: EmulatorRequest): EmulatorResponse | undefined => {
    const generic = agentProblem(request);
    if (generic !== undefined) return generic;
    const [, given = ''] = /^Basic +(\S+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
    const pair = Buffer.from(given, 'base64').toString();
    return pair === `${client.id}:${client.secret}` ? undefined : failure(401, 'Unauthorized');
  };

  const token = (request: EmulatorRequest): EmulatorResponse => {
    const problem = gate(request);
    if (problem !== undefined) return problem;
    const form = readForm(request);
    const grantType = form.get('grant_type');
    if (grantType === 'authorization_code') {
      const code = form.get('code') ?? '';
      const redirectUri = form.get('redirect_uri') ?? '';
      const pair = world.tokens.redeemCode({ code, clientId: client.id, redirectUri });
      // Recorded so: an error in a 200.
      if (typeof pair === 'string') return json(200, { error: 'invalid_grant' });
      return reply(pair, !passing.has(code));
    }
    if (grantType === 'refresh_token') {
      const pair = world.tokens.refresh(form.get('refresh_token') ?? '', client.id);
      return pair === undefined ? json(400, { error: 400 }) : reply(pair, true);
    }
    return json(200, { error: 'unsupported_grant_type' });
  };

  const reply = (
    pair: Exclude<ReturnType<typeof world.tokens.redeemCode>, string>,
    lasting: boolean,
  ): EmulatorResponse =>
    json(200, {
      access_token: pair.accessToken,
      token_type: 'bearer',
      expires_in: pair.expiresIn,
      ...(lasting ? { refresh_token: pair.refreshToken } : {}),
      scope: pair.grant.scopes.join(' '),
    });

  const revoke = (request: EmulatorRequest): EmulatorResponse => {
    const problem = gate(request);
    if (problem !== undefined) return problem;
    const given = readForm(request).get('token') ?? '';
    const found = world.tokens.find(given, 'refresh');
    // A refresh token takes its access tokens with it. A token nobody knows is as good as revoked.
    if (found === undefined) world.tokens.revokeToken(given);
    else world.tokens.revokeGrant(found.grant.id);
    return { status: 200 };
  };

  const screens = consentRoutes(world, {
    host: 'www',
    path: '/api/v1/authorize',
    scopeLabels: SCOPES,
    scopesRequired: true,
  });
  const www = (path: string, handler: Route['handler']): Route => ({
    method: 'POST',
    host: 'www',
    path,
    handler,
  });
  return [
    ...screens.map((route) => ({ ...route, handler: noting(passing, route.handler) })),
    www('/api/v1/access_token', token),
    www('/api/v1/revoke_token', revoke),
  ];
}

/** Remembers the codes of consents without `duration=permanent`. */
function noting(passing: Set<string>, handler: Route['handler']): Route['handler'] {
  return async (request) => {
    const response = await handler(request);
    const location = response.headers?.['location'];
    const code = location === undefined ? null : new URL(location).searchParams.get('code');
    if (code !== null && request.query.get('duration') !== 'permanent') passing.add(code);
    return response;
  };
}

const SCOPES: Readonly<Record<string, string>> = {
  identity: 'Know your name and when you signed up',
  read: 'Read posts and comments through your account',
  submit: 'Post and comment for you',
  edit: 'Edit and delete your posts and comments',
  history: 'See what you posted and commented',
  mysubreddits: 'See which communities you follow',
};
