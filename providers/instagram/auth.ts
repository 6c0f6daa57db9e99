import { buildRequest, classifier, oauth2, ProviderError, readPath } from '../kit/index.ts';
import { throttled } from './api.ts';
import { graphError } from './graph-error.ts';
import type { HttpResponse, OAuthContext, Problem, TokenSet } from '../kit/index.ts';

const DAY_MS = 24 * 3_600_000;

const classifyCode = classifier({
  read: (body) => {
    // The code is the status again: the type says more.
    const type = readPath(body, 'error_type') ?? readPath(body, 'error.type');
    const message = readPath(body, 'error_message') ?? readPath(body, 'error.message');
    return {
      ...(typeof type === 'string' ? { code: type } : {}),
      ...(typeof message === 'string' ? { message } : {}),
    };
  },
  isErrorIn200: (body) => readPath(body, 'error_type') !== undefined,
});

const classifyToken = classifier({ read: graphError, codes: { ...throttled, 190: 'revoked' } });

/**
 * The problem in an answer of the code exchange (shape unconfirmed). A wrong app and a bad code share type and code;
 * only the message tells them apart: "Invalid platform app" is what a wrong id or secret is told.
 */
function codeProblem(response: HttpResponse, now: Date): Problem | undefined {
  const verdict = classifyCode(response, now);
  if (verdict.kind === 'ok') return undefined;
  if (verdict.kind !== 'invalid' && verdict.kind !== 'auth_expired') return verdict;
  const ours = /platform app|client|secret/i.test(verdict.message);
  return { ...verdict, kind: ours ? 'forbidden' : 'revoked' };
}

/**
 * A token reply: `{ data: [{ access_token, user_id, permissions }] }` as documented, flat as many clients see it.
 * An access token is its own refresh token, and stands as both. Its `user_id` is left out: it is app-scoped, and as a
 * JSON number past what JavaScript can count.
 */
function readTokens(body: unknown, now: Date, previous?: TokenSet): TokenSet {
  const [first] = [readPath(body, 'data')].flat();
  const at = (name: string): unknown => readPath(first ?? body, name);
  const accessToken = at('access_token');
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw new SyntaxError("Instagram's token reply holds no access_token");
  }
  const lifeSeconds = Number(at('expires_in'));
  const expiresAt = lifeSeconds > 0 ? new Date(now.getTime() + lifeSeconds * 1000) : undefined;
  const permissions = at('permissions');
  const scopes =
    typeof permissions === 'string' ? permissions.split(',').map((one) => one.trim()) : permissions;
  const known = Array.isArray(scopes) ? scopes.filter((one) => typeof one === 'string') : previous?.scopes;
  return {
    accessToken,
    refreshToken: accessToken,
    ...(expiresAt === undefined ? {} : { expiresAt, refreshExpiresAt: expiresAt }),
    ...(known === undefined ? {} : { scopes: known }),
    tokenType: 'Bearer',
  };
}

/** One step up the ladder: a GET with everything in its query, as Instagram has it. */
async function climb(ctx: OAuthContext, path: string, query: Record<string, string>, from: TokenSet) {
  const response = await ctx.http(buildRequest(ctx.hosts, { method: 'GET', url: `graph:${path}`, query }));
  const now = ctx.now();
  const verdict = classifyToken(response, now);
  if (verdict.kind === 'ok') return readTokens(response.json(), now, from);
  const ours = verdict.kind === 'invalid' && /client secret/i.test(verdict.message);
  throw new ProviderError(ours ? { ...verdict, kind: 'forbidden' } : verdict, response.status);
}

/**
 * Business Login for Instagram. The code gives a token for an hour, which at once buys one for sixty days; that one is
 * renewed by itself while it lives, once it is a day old. When it lapses, only the person can connect again. PKCE is
 * not documented, nor is a revocation endpoint.
 */
export const auth = oauth2({
  authorizeUrl: 'www:/oauth/authorize',
  tokenUrl: 'api:/oauth/access_token',
  scopes: ['instagram_business_basic', 'instagram_business_manage_comments'],
  scopeSeparator: ',',
  pkce: false,
  refreshNotBeforeMs: DAY_MS,
  // The redirect ends in `#_`, which some clients take for a part of the code.
  cleanCode: (code) => code.replace(/#_$/, ''),
  readTokens,
  readTokenProblem: codeProblem,

  exchangeCode: async (ctx, standard) => {
    const short = await standard();
    const query = {
      grant_type: 'ig_exchange_token',
      client_secret: ctx.client.secret,
      access_token: short.accessToken,
    };
    return climb(ctx, '/access_token', query, short);
  },

  refresh: ({ tokens, ...ctx }) => {
    const query = { grant_type: 'ig_refresh_token', access_token: tokens.accessToken };
    return climb(ctx, '/refresh_access_token', query, tokens);
  },
});
