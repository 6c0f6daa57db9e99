import { classifier, oauth2, readPath } from '../kit/index.ts';
import type { HttpRequest, TokenSet } from '../kit/index.ts';

const REFRESH_LIFE_MS = 180 * 24 * 3_600_000;

const classify = classifier({
  read: (body) => {
    const code = readPath(body, 'error');
    const message = readPath(body, 'error_description');
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' ? { message } : {}),
    };
  },
  codes: {
    invalid_grant: 'revoked',
    invalid_client: 'forbidden',
    insufficient_scope: 'forbidden',
    invalid_scope: 'forbidden',
    // The app's trial or paid time on the portal is over.
    PAYMENT_REQUIRED: 'forbidden',
  },
  // Which statuses the codes come with is not published.
  isErrorIn200: (body) => readPath(body, 'error') !== undefined,
});

/** The method of a URL on the `rest` host: what follows its last `/rest/`, with the query. */
function methodOf(url: URL): string {
  const at = url.pathname.lastIndexOf('/rest/');
  if (at < 0) throw new TypeError(`no REST method in ${url.pathname}`);
  return url.pathname.slice(at + '/rest/'.length) + url.search;
}

/**
 * Turns a call to the portal its token belongs to, and adds the token: to a JSON body where there is one, since a URL
 * ends up in logs, otherwise to the query. Throws TypeError without a portal: a token goes nowhere else.
 */
function authenticate(request: HttpRequest, tokens: TokenSet): HttpRequest {
  const endpoint = readPath(tokens.extra, 'client_endpoint');
  if (typeof endpoint !== 'string' || !/^https?:\/\//.test(endpoint)) {
    throw new TypeError('the token reply named no client_endpoint');
  }
  const url = `${endpoint.replace(/\/*$/, '/')}${methodOf(new URL(request.url))}`;
  const body = typeof request.body === 'string' ? request.body : '';
  if (body.startsWith('{')) {
    const json = { ...(JSON.parse(body) as object), auth: tokens.accessToken };
    return { ...request, url, body: JSON.stringify(json) };
  }
  return { ...request, url, query: { ...request.query, auth: tokens.accessToken } };
}

/** A reply tells no life of the refresh token: it is documented as 180 days, from each exchange anew. */
function withRefreshLife(tokens: TokenSet, now: Date): TokenSet {
  return { ...tokens, refreshExpiresAt: new Date(now.getTime() + REFRESH_LIFE_MS) };
}

/**
 * OAuth with Bitrix24. The code lives thirty seconds; access tokens live an hour; each refresh token works once.
 * Redirect and scopes stand in the app's card, and neither is sent. Apps that refresh on a timer may be blocked.
 */
export const auth = oauth2({
  authorizeUrl: 'portal:/oauth/authorize/',
  tokenUrl: 'oauth:/oauth/token/',
  scopes: ['crm'],
  scopeSeparator: ',',
  pkce: false,
  tokenFormat: 'query',
  omitAuthorizeParams: ['response_type', 'redirect_uri', 'scope'],
  omitTokenParams: ['redirect_uri'],
  tokenHeaders: { 'user-agent': 'Mortise' },
  refreshOnlyOnDemand: true,
  inputs: [
    {
      name: 'portal',
      label: 'Portal address',
      secret: false,
      required: true,
      help: 'The address of your Bitrix24, without https://.',
      placeholder: 'acme.bitrix24.com',
      // A host name alone: no path, no user, no address in numbers.
      pattern: '(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]',
    },
  ],
  authenticate,
  readTokenProblem: (response, now) => {
    const verdict = classify(response, now);
    return verdict.kind === 'ok' ? undefined : verdict;
  },

  exchangeCode: async (ctx, standard) => {
    const tokens = withRefreshLife(await standard(), ctx.now());
    // `domain` in the reply is the token server: only the callback tells the portal's own.
    const portal = ctx.callback?.['domain'];
    return portal === undefined ? tokens : { ...tokens, extra: { ...tokens.extra, portal } };
  },
  refresh: async (ctx, standard) => withRefreshLife(await standard(), ctx.now()),
});
