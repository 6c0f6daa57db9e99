import { consentRoutes, json } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import { baseOf, endpointOf, portalOf } from './portals.ts';
import type { EmulatorRequest, EmulatorResponse, Route, World } from '../../kit/emulator/index.ts';

const SCOPES = ['crm'];

/** The portal's consent page, and the central token server. The statuses of its errors are unconfirmed. */
export function oauthRoutes(world: World): Route[] {
  const { client } = world.definition;

  const token = (request: EmulatorRequest): EmulatorResponse => {
    const { query } = request;
    if (query.get('client_id') !== client.id || query.get('client_secret') !== client.secret)
      return failure(400, 'invalid_client', 'Client authentication failed');
    const grantType = query.get('grant_type');
    if (grantType === 'authorization_code') {
      const code = query.get('code') ?? '';
      const redirectUri = world.redirectUri ?? '';
      const pair = world.tokens.redeemCode({ code, clientId: client.id, redirectUri });
      if (typeof pair === 'string') return failure(400, 'invalid_grant', 'Invalid authorization code');
      return reply(request, pair, {});
    }
    if (grantType === 'refresh_token') {
      const pair = world.tokens.refresh(query.get('refresh_token') ?? '', client.id);
      if (pair === undefined) return failure(400, 'invalid_grant', 'Invalid refresh token');
      const portal = portalOf(world, pair.grant.accountId);
      return reply(request, pair, {
        expires: Math.floor(world.now().getTime() / 1000) + pair.expiresIn,
        user_id: Number(portal?.account.user.id),
      });
    }
    return failure(400, 'invalid_request', 'Unsupported grant type');
  };

  const reply = (
    request: EmulatorRequest,
    pair: Exclude<ReturnType<typeof world.tokens.redeemCode>, string>,
    more: Record<string, unknown>,
  ): EmulatorResponse => {
    const portal = portalOf(world, pair.grant.accountId);
    if (portal === undefined) return failure(400, 'invalid_grant', 'No such portal');
    return json(200, {
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      expires_in: pair.expiresIn,
      client_endpoint: endpointOf(request, portal),
      server_endpoint: `${baseOf(request)}/rest/`,
      // The trap: this is not the portal's.
      domain: 'oauth.bitrix.info',
      member_id: portal.account.id,
      scope: pair.grant.scopes.join(','),
      status: 'L',
      ...more,
    });
  };

  return [
    ...consentRoutes(world, {
      host: 'portal',
      path: '/oauth/authorize/',
      scopeLabels: { crm: 'See, create, change and delete leads, deals, contacts and companies' },
      registered: { scopes: SCOPES },
      refusalStays: true,
      callback: (account, scopes) => ({
        domain: account.detail,
        member_id: account.id,
        scope: scopes.join(','),
        server_domain: 'oauth.bitrix.info',
      }),
    }),
    { method: 'GET', host: 'oauth', path: '/oauth/token/', handler: token },
  ];
}
