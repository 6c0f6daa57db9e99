import { consentRoutes, json, readForm } from '../../kit/emulator/index.ts';
import { logId } from './envelopes.ts';
import type { EmulatorRequest, EmulatorResponse, Route, World } from '../../kit/emulator/index.ts';

/** The consent screen, the token endpoint with its rotation, revocation by access token. */
export function oauthRoutes(world: World): Route[] {
  const { client } = world.definition;

  const wrongClient = (form: URLSearchParams): EmulatorResponse | undefined =>
    form.get('client_key') === client.id && form.get('client_secret') === client.secret
      ? undefined
      : refuse('invalid_client', 'Client key or secret is incorrect.');

  const token = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    const wrong = wrongClient(form);
    if (wrong !== undefined) return wrong;
    const grantType = form.get('grant_type');
    if (grantType === 'authorization_code') {
      const pair = world.tokens.redeemCode({
        code: form.get('code') ?? '',
        clientId: client.id,
        redirectUri: form.get('redirect_uri') ?? '',
      });
      return typeof pair === 'string' ? refuse('invalid_grant', CODE_FAILURES[pair]) : reply(pair);
    }
    if (grantType === 'refresh_token') {
      const pair = world.tokens.refresh(form.get('refresh_token') ?? '', client.id);
      return pair === undefined
        ? refuse('invalid_grant', 'Refresh token is invalid or expired.')
        : reply(pair);
    }
    return refuse('unsupported_grant_type', 'The grant type is not supported.');
  };

  const reply = (pair: Exclude<ReturnType<typeof world.tokens.redeemCode>, string>): EmulatorResponse =>
    json(
      200,
      {
        access_token: pair.accessToken,
        expires_in: pair.expiresIn,
        open_id: pair.grant.accountId,
        refresh_token: pair.refreshToken,
        refresh_expires_in: pair.refreshExpiresIn,
        scope: pair.grant.scopes.join(','),
        token_type: 'Bearer',
      },
      { 'cache-control': 'no-store' },
    );

  const revoke = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    const wrong = wrongClient(form);
    if (wrong !== undefined) return wrong;
    // Also by a token that has lapsed, and again by one that was revoked (both unconfirmed).
    const given = world.tokens.snapshot().tokens.find((one) => one.token === form.get('token'));
    if (given?.kind === 'access') world.tokens.revokeGrant(given.grantId);
    return { status: 200 };
  };

  return [
    ...consentRoutes(world, {
      host: 'www',
      path: '/v2/auth/authorize/',
      clientIdParam: 'client_key',
      scopeSeparator: ',',
      scopesRequired: true,
      scopeLabels: SCOPES,
    }),
    { method: 'POST', host: 'api', path: '/v2/oauth/token/', handler: token },
    { method: 'POST', host: 'api', path: '/v2/oauth/revoke/', handler: revoke },
  ];
}

/** OAuth errors have an envelope of their own, and may come with a status of 200 (unconfirmed): here they do. */
function refuse(error: string, description: string): EmulatorResponse {
  return json(200, { error, error_description: description, log_id: logId() });
}

const CODE_FAILURES = {
  unknown_code: 'Authorization code is invalid.',
  used_code: 'Authorization code has been used.',
  expired_code: 'Authorization code is expired.',
  redirect_mismatch: 'Redirect_uri is not matched with the uri when requesting code.',
  wrong_verifier: 'Code verifier or code challenge is invalid.',
} as const;

const SCOPES: Readonly<Record<string, string>> = {
  'user.info.basic': 'See your name and picture',
  'user.info.profile': 'See your profile’s text and link',
  'user.info.stats': 'See how many follow and like you',
  'video.list': 'See your public videos',
  'video.upload': 'Put drafts into your inbox',
  'video.publish': 'Post videos for you',
};
