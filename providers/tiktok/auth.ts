import { classifier, oauth2, readPath } from '../kit/index.ts';

const classify = classifier({
  read: (body) => {
    const code = readPath(body, 'error');
    const message = readPath(body, 'error_description');
    const requestId = readPath(body, 'log_id');
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' ? { message } : {}),
      ...(typeof requestId === 'string' ? { requestId } : {}),
    };
  },
  // RFC 6749's names; which of them TikTok uses for what is published in part only. All are named, since a status of
  // 200 says nothing about the rest.
  codes: {
    invalid_grant: 'revoked',
    access_token_invalid: 'revoked',
    invalid_client: 'forbidden',
    unauthorized_client: 'forbidden',
    invalid_scope: 'forbidden',
    invalid_request: 'invalid',
    unsupported_grant_type: 'invalid',
    rate_limit_exceeded: 'rate_limited',
  },
  statuses: { 401: 'forbidden' },
  isErrorIn200: (body) => readPath(body, 'error') !== undefined,
});

/**
 * Login Kit for the web. Access tokens live two hours and refresh tokens 180 days by the pages of November 2026, a day
 * and a year by older ones: what the reply says counts. A refresh gives a new refresh token, and the one that was used
 * is worthless from then on. PKCE is for desktop and mobile apps only.
 */
export const auth = oauth2({
  authorizeUrl: 'www:/v2/auth/authorize/',
  tokenUrl: 'api:/v2/oauth/token/',
  scopes: ['user.info.basic', 'video.list'],
  scopeSeparator: ',',
  paramNames: { client_id: 'client_key' },
  pkce: false,
  // Revocation takes the access token, and ends all that the person gave (that it ends the refresh token, and that it
  // takes an access token which has lapsed, is unconfirmed).
  revokeRequest: ({ client, tokens }) => ({
    method: 'POST',
    url: 'api:/v2/oauth/revoke/',
    form: { client_key: client.id, client_secret: client.secret, token: tokens.accessToken },
  }),
  readTokenProblem: (response, now) => {
    const verdict = classify(response, now);
    return verdict.kind === 'ok' ? undefined : verdict;
  },
});
