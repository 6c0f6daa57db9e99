import { oauth2, ProviderError } from '../kit/index.ts';
import { classifyToken } from './api.ts';
import type { OAuth2Auth } from '../kit/index.ts';

const standard = oauth2({
  authorizeUrl: 'auth:/dialog',
  tokenUrl: 'auth:/token',
  scopes: [],
  pkce: false,
  paramNames: { redirect_uri: 'redirect_url' },
  omitAuthorizeParams: ['response_type'],
  tokenFormat: 'json',
  // A code or a refresh token says by itself what is asked for.
  omitTokenParams: ['grant_type', 'redirect_uri'],
  readTokenProblem: (response, now) => {
    const verdict = classifyToken(response, now);
    return verdict.kind === 'ok' ? undefined : verdict;
  },
  // With the token both as what is revoked and as who asks; it ends the refresh token too.
  revokeRequest: ({ tokens: { accessToken } }) => ({
    method: 'POST',
    url: 'auth:/revoke',
    headers: { authorization: `Bearer ${accessToken}` },
    form: { token: accessToken, token_type_hint: 'access_token' },
  }),
});

/**
 * OAuth with RD Station Marketing, in the variant its documentation describes: a dialog with `redirect_url`, JSON to
 * the token endpoint, access for a day, a refresh token that neither rotates nor ends (whatever comes back is stored).
 * Its newer official node uses the addresses of RD Station CRM instead; those differ in more than the host, so that
 * variant is not spoken. That the dialog returns `state` is unconfirmed.
 */
export const auth: OAuth2Auth = {
  ...standard,

  /** Only a living access token can ask for its end: one that has expired is renewed for that purpose. */
  async revoke(ctx) {
    try {
      await standard.revoke(ctx);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.status !== 401) throw error;
      const tokens = await standard.refresh(ctx).catch((refused: unknown) => {
        if (refused instanceof ProviderError && refused.kind === 'revoked') return undefined;
        throw refused;
      });
      if (tokens !== undefined) await standard.revoke({ ...ctx, tokens });
    }
  },
};
