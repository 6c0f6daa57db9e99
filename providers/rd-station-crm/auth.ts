import { oauth2 } from '../kit/index.ts';
import type { OAuthContext, TokenSet } from '../kit/index.ts';

const REFRESH_LIFE_MS = 14 * 24 * 3_600_000;

/**
 * OAuth with RD Station CRM: no scopes, no PKCE (none is documented), the client in the body. Access lasts two hours.
 * Every refresh gives another refresh token and ends the one it was given; one that lies unused for fourteen days
 * dies, which no reply says and is therefore noted here. No revocation is documented for these tokens: to
 * disconnect is to forget them.
 */
export const auth = oauth2({
  authorizeUrl: 'accounts:/oauth/authorize',
  tokenUrl: 'api:/oauth2/token',
  scopes: [],
  pkce: false,
  exchangeCode: async (ctx, standard) => withRefreshLife(ctx, await standard()),
  refresh: async (ctx, standard) => withRefreshLife(ctx, await standard()),
});

function withRefreshLife(ctx: OAuthContext, tokens: TokenSet): TokenSet {
  if (tokens.refreshToken === undefined) return tokens;
  return { ...tokens, refreshExpiresAt: new Date(ctx.now().getTime() + REFRESH_LIFE_MS) };
}
