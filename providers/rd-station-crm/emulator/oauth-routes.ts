import { consentRoutes, json, readForm } from '../../kit/emulator/index.ts';
import type { EmulatorRequest, EmulatorResponse, Route, TokenPair, World } from '../../kit/emulator/index.ts';

/** The consent screen and the token endpoint. Its errors are those of RFC 6749 (unconfirmed). */
export function oauthRoutes(world: World): Route[] {
  const { client } = world.definition;

  const token = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret)
      return refuse(401, 'invalid_client', 'Client authentication failed.');
    const grantType = form.get('grant_type');
    if (grantType === 'authorization_code') {
      const pair = world.tokens.redeemCode({
        code: form.get('code') ?? '',
        clientId: client.id,
        redirectUri: form.get('redirect_uri') ?? '',
      });
      return typeof pair === 'string'
        ? refuse(400, 'invalid_grant', `The code is not good: ${pair}.`)
        : reply(pair);
    }
    if (grantType === 'refresh_token') {
      const pair = world.tokens.refresh(form.get('refresh_token') ?? '', client.id);
      return pair === undefined
        ? refuse(400, 'invalid_grant', 'The refresh token is not good.')
        : reply(pair);
    }
    return refuse(400, 'unsupported_grant_type', 'Unknown grant type.');
  };

  return [
    ...consentRoutes(world, {
      host: 'accounts',
      path: '/oauth/authorize',
      scopeLabels: {},
      allows: ['See and change everything in your RD Station CRM that you can'],
    }),
    { method: 'POST', host: 'api', path: '/oauth2/token', handler: token },
  ];
}

/** The life of the refresh token is not told. */
function reply(pair: TokenPair): EmulatorResponse {
  const body = {
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    expires_in: pair.expiresIn,
    token_type: 'Bearer',
  };
  return json(200, body, { 'cache-control': 'no-store' });
}

function refuse(status: number, error: string, description: string): EmulatorResponse {
  return json(status, { error, error_description: description });
}
