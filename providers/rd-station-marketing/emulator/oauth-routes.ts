import { bearerOf, consentRoutes, json, readForm, readJson } from '../../kit/emulator/index.ts';
import { unauthorized } from './envelopes.ts';
import type { EmulatorRequest, EmulatorResponse, Route, TokenPair, World } from '../../kit/emulator/index.ts';

/** The dialog, the token endpoint and the revocation, which ends access and refresh token alike. */
export function oauthRoutes(world: World): Route[] {
  const { client } = world.definition;

  const token = (request: EmulatorRequest): EmulatorResponse => {
    const body = readJson(request) ?? {};
    if (body['client_id'] !== client.id || body['client_secret'] !== client.secret)
      return refuse('ACCESS_DENIED', 'Wrong credentials provided.');
    const { code, refresh_token: refreshToken } = body;
    if (typeof refreshToken === 'string') {
      const pair = world.tokens.refresh(refreshToken, client.id);
      if (pair !== undefined) return reply(pair);
      return refuse('INVALID_REFRESH_TOKEN', 'The provided refresh token is invalid or was revoked.');
    }
    const pair = world.tokens.redeemCode({ code: typeof code === 'string' ? code : '', clientId: client.id });
    if (typeof pair !== 'string') return reply(pair);
    return refuse('EXPIRED_CODE_GRANT', 'The authorization code grant has expired.');
  };

  const revoke = (request: EmulatorRequest): EmulatorResponse => {
    const found = world.tokens.find(bearerOf(request) ?? '', 'access');
    if (found === undefined) return unauthorized();
    const told = world.tokens.find(readForm(request).get('token') ?? '', 'access');
    if (told !== undefined) world.tokens.revokeGrant(told.grant.id);
    return json(200, {});
  };

  return [
    ...consentRoutes(world, {
      host: 'auth',
      path: '/dialog',
      redirectUriParam: 'redirect_url',
      scopeLabels: {},
      allows: ['See and change your contacts', 'Register conversions', 'See your segmentations'],
    }),
    { method: 'POST', host: 'auth', path: '/token', handler: token },
    { method: 'POST', host: 'auth', path: '/revoke', handler: revoke },
  ];
}

function reply({ accessToken, refreshToken, expiresIn }: TokenPair): EmulatorResponse {
  const body = { access_token: accessToken, expires_in: expiresIn, refresh_token: refreshToken };
  return json(200, body, { 'cache-control': 'no-store' });
}

function refuse(type: string, message: string): EmulatorResponse {
  return json(401, { errors: [{ error_type: type, error_message: message }] });
}
