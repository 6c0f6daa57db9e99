import { json, readForm } from './answers.ts';
import { basicOf } from './gate.ts';
import { consentRoutes } from './consent.ts';
import type { ConsentOptions } from './consent.ts';
import type { RedeemFailure, TokenPair } from './token-store.ts';
import type { EmulatorRequest, EmulatorResponse, Route, World } from './types.ts';

type Place = { host: string; path: string };

export interface OAuthRoutesOptions {
  /** The screen where a person consents. */
  consent: ConsentOptions;
  token: Place;
  /** RFC 7009: ends the whole grant, whichever token is told. */
  revoke?: Place;
  /** Where the client authenticates. Default: parameters. */
  clientAuth?: 'body' | 'basic';
  /** The token reply where it is not RFC 6749's. */
  reply?: (pair: TokenPair) => Record<string, unknown>;
}

/** OAuth as RFC 6749, 7636 and 7009 have it: consent screen, token endpoint, revocation. For providers without deviation. */
export function oauthRoutes(world: World, options: OAuthRoutesOptions): Route[] {
  const { client } = world.definition;

  const known = (request: EmulatorRequest, form: URLSearchParams): boolean => {
    if (options.clientAuth !== 'basic')
      return form.get('client_id') === client.id && form.get('client_secret') === client.secret;
    // RFC 6749 2.3.1: both halves are form-encoded before they are joined.
    return basicOf(request) === [client.id, client.secret].map((part) => encodeURIComponent(part)).join(':');
  };

  const token = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    if (!known(request, form)) return refuse(401, 'invalid_client', 'Client authentication failed.');
    const verifier = form.get('code_verifier');
    switch (form.get('grant_type')) {
      case 'authorization_code': {
        const pair = world.tokens.redeemCode({
          code: form.get('code') ?? '',
          clientId: client.id,
          redirectUri: form.get('redirect_uri') ?? '',
          ...(verifier === null ? {} : { verifier }),
        });
        return typeof pair === 'string' ? refuse(400, 'invalid_grant', FAILURES[pair]) : reply(pair);
      }
      case 'refresh_token': {
        const pair = world.tokens.refresh(form.get('refresh_token') ?? '', client.id);
        return pair === undefined
          ? refuse(400, 'invalid_grant', 'The refresh token is not good.')
          : reply(pair);
      }
      case 'client_credentials':
        return reply(
          world.tokens.grantClient({
            clientId: client.id,
            accountId: world.definition.accounts[0].id,
            scopes: (form.get('scope') ?? '').split(' ').filter(Boolean),
          }),
        );
      default:
        return refuse(400, 'unsupported_grant_type', 'The grant type is not known.');
    }
  };

  const revoke = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    if (!known(request, form)) return refuse(401, 'invalid_client', 'Client authentication failed.');
    const told = form.get('token') ?? '';
    // 7009 2.2: a token that nobody knows is as good as revoked.
    const found = world.tokens.find(told, 'refresh') ?? world.tokens.find(told, 'access');
    if (found !== undefined) world.tokens.revokeGrant(found.grant.id);
    return { status: 200 };
  };

  const reply = (pair: TokenPair): EmulatorResponse =>
    json(200, (options.reply ?? standardReply)(pair), { 'cache-control': 'no-store' });

  return [
    ...consentRoutes(world, options.consent),
    { method: 'POST', ...options.token, handler: token },
    ...(options.revoke === undefined ? [] : [{ method: 'POST', ...options.revoke, handler: revoke }]),
  ];
}

function standardReply(pair: TokenPair): Record<string, unknown> {
  return {
    access_token: pair.accessToken,
    token_type: 'Bearer',
    expires_in: pair.expiresIn,
    ...(pair.refreshToken === '' ? {} : { refresh_token: pair.refreshToken }),
    ...(pair.grant.scopes.length === 0 ? {} : { scope: pair.grant.scopes.join(' ') }),
  };
}

function refuse(status: number, error: string, description: string): EmulatorResponse {
  return json(status, { error, error_description: description });
}

const FAILURES: Readonly<Record<RedeemFailure, string>> = {
  unknown_code: 'The code is not known.',
  used_code: 'The code was used before.',
  expired_code: 'The code has expired.',
  redirect_mismatch: 'The redirect URI is not the one of the authorization request.',
  wrong_verifier: 'The code verifier does not match the code challenge.',
};
