import { z } from 'zod';
import { buildRequest, oauth2, ProviderError, readPath } from '../kit/index.ts';
import { api, meSpec } from './api.ts';
import { userAgent } from './user-agent.ts';
import type { ExchangeCodeContext, HttpRequest, TokenSet } from '../kit/index.ts';

const OWN = '/user/me/';

const person = z.object({ name: z.string().min(1) });

const told = (tokens: TokenSet, name: string): string | undefined => {
  const value = readPath(tokens.extra, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A token, the User-Agent of client and account, and the account's name for `me` in a path. Throws TypeError without. */
function authenticate(request: HttpRequest, tokens: TokenSet): HttpRequest {
  const [app, name] = [told(tokens, 'app'), told(tokens, 'user')];
  const url = new URL(request.url);
  if (url.pathname.includes(OWN)) {
    if (name === undefined) throw new TypeError('the connection holds no name of the account');
    url.pathname = url.pathname.replace(OWN, `/user/${encodeURIComponent(name)}/`);
  }
  const headers = { 'user-agent': userAgent(app, name), authorization: `Bearer ${tokens.accessToken}` };
  return { ...request, url: url.href, headers: { ...request.headers, ...headers } };
}

/** The account's name, which never changes: listings stand under it. */
async function nameOf(ctx: ExchangeCodeContext, tokens: TokenSet): Promise<string> {
  const response = await ctx.http(authenticate(buildRequest(ctx.hosts, meSpec), tokens));
  const verdict = api.classify(response, ctx.now());
  if (verdict.kind !== 'ok') throw new ProviderError(verdict, response.status);
  return person.parse(response.json()).name;
}

/**
 * OAuth with Reddit. Access tokens live an hour as recorded, a day today (unconfirmed: `expires_in` counts); the
 * refresh token lives until it is revoked, and ends its access tokens then. PKCE is not documented.
 */
export const auth = oauth2({
  authorizeUrl: 'www:/api/v1/authorize',
  tokenUrl: 'www:/api/v1/access_token',
  revokeUrl: 'www:/api/v1/revoke_token',
  clientAuth: 'basic',
  // Without it there would be no refresh token.
  authorizeParams: { duration: 'permanent' },
  pkce: false,
  scopes: ['identity', 'read', 'submit', 'edit', 'history', 'mysubreddits'],
  tokenHeaders: { 'user-agent': userAgent() },
  authenticate,

  exchangeCode: async (ctx, standard) => {
    const tokens = await standard();
    const known = { ...tokens, extra: { ...tokens.extra, app: ctx.client.id } };
    return { ...known, extra: { ...known.extra, user: await nameOf(ctx, known) } };
  },

  refresh: async (_ctx, standard) => {
    try {
      return await standard();
    } catch (error) {
      // A refresh token that is no good any more is answered by this number and nothing else.
      if (error instanceof ProviderError && error.status === 400 && error.problem.providerCode === '400') {
        const message = 'Reddit no longer accepts the refresh token';
        throw new ProviderError({ ...error.problem, kind: 'revoked', message }, 400);
      }
      throw error;
    }
  },
});
