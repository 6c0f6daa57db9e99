import { classifier, oauth2, readPath } from '../kit/index.ts';

const classify = classifier({
  read: (body) => {
    const code = readPath(body, 'error') ?? readPath(body, 'status');
    const message = readPath(body, 'error_description') ?? readPath(body, 'message');
    const requestId = readPath(body, 'correlationId');
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' ? { message } : {}),
      ...(typeof requestId === 'string' ? { requestId } : {}),
    };
  },
  // The v1 codes are unconfirmed, and the shape of v3's errors is not published: both RFC 6749's codes and
  // HubSpot's own are understood.
  codes: {
    invalid_grant: 'revoked',
    BAD_AUTH_CODE: 'revoked',
    BAD_REFRESH_TOKEN: 'revoked',
    invalid_client: 'forbidden',
    BAD_CLIENT_ID: 'forbidden',
    BAD_CLIENT_SECRET: 'forbidden',
  },
  statuses: { 401: 'forbidden' },
});

/**
 * OAuth with HubSpot. Access tokens live about half an hour (unconfirmed, so `expires_in` is what counts). The
 * refresh token is long-lived and not rotated (unconfirmed: whatever comes back is stored). PKCE is accepted by the
 * v3 token endpoint and not required.
 */
export const auth = oauth2({
  authorizeUrl: 'app:/oauth/authorize',
  tokenUrl: 'api:/oauth/v3/token',
  revokeUrl: 'api:/oauth/v3/token/revoke',
  // The older revocation ends the refresh token and lets access tokens live on; that v3 does better is not
  // published.
  revokeEach: true,
  pkce: true,
  scopes: [
    'oauth',
    'crm.objects.contacts.read',
    'crm.objects.contacts.write',
    'crm.objects.companies.read',
    'crm.objects.companies.write',
    'crm.objects.deals.read',
    'crm.objects.deals.write',
    // One scope for reading and writing.
    'tickets',
  ],
  readTokenProblem: (response, now) => {
    const verdict = classify(response, now);
    return verdict.kind === 'ok' ? undefined : verdict;
  },
});
