import { createHash } from 'node:crypto';
import { readTokenProblem, readTokens } from './read-tokens.ts';
import { buildRequest } from '../build-request.ts';
import { ProviderError } from '../provider-error.ts';
import { resolveUrl } from '../resolve-url.ts';
import type {
  ExchangeCodeContext,
  HttpRequest,
  HttpRequestSpec,
  HttpResponse,
  InputField,
  OAuth2Auth,
  OAuthContext,
  Problem,
  TokenSet,
  TokensContext,
  UrlRef,
} from '../types.ts';

type Grant = 'authorization_code' | 'refresh_token' | 'client_credentials';

export interface OAuth2Options {
  grant?: OAuth2Auth['grant'];
  /** Absent for the client_credentials grant alone. */
  authorizeUrl?: UrlRef;
  tokenUrl: UrlRef;
  revokeUrl?: UrlRef;
  scopes: readonly string[];
  /** Between scopes in the authorisation URL, and how a reply's `scope` is read. Default: a space. */
  scopeSeparator?: string;
  /** Send a code challenge (RFC 7636, S256). */
  pkce: boolean;
  /** Where the client authenticates at the token endpoint: parameters (default) or HTTP Basic. */
  clientAuth?: 'body' | 'basic';
  /** Other names of the standard parameters: `{ client_id: 'client_key' }`, on every request. */
  paramNames?: Readonly<Record<string, string>>;
  /** Standard parameters this provider must not see in the authorisation URL. */
  omitAuthorizeParams?: readonly string[];
  /** Always added to the authorisation URL: `{ duration: 'permanent' }`. */
  authorizeParams?: Readonly<Record<string, string>>;
  /** How token requests travel: a form by POST (default), JSON by POST, or the query of a GET. */
  tokenFormat?: 'form' | 'json' | 'query';
  /** Standard parameters this provider must not see in a token request. */
  omitTokenParams?: readonly string[];
  /** Added to every token request. */
  tokenParams?: Readonly<Record<string, string>>;
  /** Sent with every token request: a User-Agent. */
  tokenHeaders?: Readonly<Record<string, string>>;
  inputs?: readonly InputField[];
  refreshNotBeforeMs?: number;
  refreshOnlyOnDemand?: boolean;
  /** How requests carry the access token. Default: `Authorization: Bearer`. */
  authenticate?: (request: HttpRequest, tokens: TokenSet, now: Date) => HttpRequest;
  codeChallenge?: (verifier: string) => string;
  /** Tidies a code before it is used (`#_` at its end). */
  cleanCode?: (code: string) => string;
  readTokens?: (body: unknown, now: Date, previous?: TokenSet) => TokenSet;
  /** The problem in a token endpoint's answer, 200s included; undefined when it is a success. */
  readTokenProblem?: (response: HttpResponse, now: Date) => Problem | undefined;
  /** Replace or extend a whole step (a second exchange for a long-lived token). `standard` does the usual thing. */
  exchangeCode?: (ctx: ExchangeCodeContext, standard: () => Promise<TokenSet>) => Promise<TokenSet>;
  refresh?: (ctx: TokensContext, standard: () => Promise<TokenSet>) => Promise<TokenSet>;
  /** The endpoint ends only the token it is given: send the access token after the refresh token. */
  revokeEach?: boolean;
  /** The revocation request where it is not RFC 7009's. */
  revokeRequest?: (ctx: TokensContext) => HttpRequestSpec;
}

/** OAuth 2 as RFC 6749, 7636 and 7009 have it; each option states one deviation. */
export function oauth2(options: OAuth2Options): OAuth2Auth {
  const separator = options.scopeSeparator ?? ' ';
  if (options.authorizeUrl === undefined && options.grant !== 'client_credentials')
    throw new TypeError('oauth2 needs an authorizeUrl, unless its grant is client_credentials');
  const rename = (params: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => [options.paramNames?.[name] ?? name, value]),
    );
  const problemOf = options.readTokenProblem ?? readTokenProblem;

  async function send(ctx: OAuthContext, spec: HttpRequestSpec): Promise<HttpResponse> {
    const response = await ctx.http(buildRequest(ctx.hosts, spec, options.tokenHeaders));
    const problem = problemOf(response, ctx.now());
    if (problem !== undefined) throw new ProviderError(problem, response.status);
    return response;
  }

  function tokenSpec(ctx: OAuthContext, url: UrlRef, own: Record<string, string>): HttpRequestSpec {
    const basic = options.clientAuth === 'basic';
    const client = basic ? {} : { client_id: ctx.client.id, client_secret: ctx.client.secret };
    const all: Record<string, string> = { ...client, ...options.tokenParams, ...own };
    for (const name of options.omitTokenParams ?? []) delete all[name];
    const params = rename(all);
    // RFC 6749 2.3.1: both halves are form-encoded before they are joined.
    const pair = [ctx.client.id, ctx.client.secret].map((part) => encodeURIComponent(part)).join(':');
    const headers = basic ? { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {};
    if (options.tokenFormat === 'query') return { method: 'GET', url, query: params, headers };
    const body = options.tokenFormat === 'json' ? { json: params } : { form: params };
    return { method: 'POST', url, headers, ...body };
  }

  async function tokens(ctx: OAuthContext, grant: Grant, own: Record<string, string>, old?: TokenSet) {
    const response = await send(ctx, tokenSpec(ctx, options.tokenUrl, { grant_type: grant, ...own }));
    return (
      options.readTokens?.(response.json(), ctx.now(), old) ??
      readTokens(response.json(), ctx.now(), separator, old)
    );
  }

  return {
    kind: 'oauth2',
    grant: options.grant ?? 'authorization_code',
    scopes: options.scopes,
    pkce: options.pkce,
    inputs: options.inputs ?? [],
    revocable: options.revokeUrl !== undefined || options.revokeRequest !== undefined,
    refreshNotBeforeMs: options.refreshNotBeforeMs ?? 0,
    ...(options.refreshOnlyOnDemand === undefined
      ? {}
      : { refreshOnlyOnDemand: options.refreshOnlyOnDemand }),
    codeChallenge:
      options.codeChallenge ?? ((verifier) => createHash('sha256').update(verifier).digest('base64url')),

    authenticate(request, credential, now) {
      if (credential.kind !== 'oauth2') throw new TypeError(`oauth2 needs tokens, not ${credential.kind}`);
      if (options.authenticate !== undefined) return options.authenticate(request, credential.tokens, now);
      const authorization = `Bearer ${credential.tokens.accessToken}`;
      return { ...request, headers: { ...request.headers, authorization } };
    },

    authorizationUrl(input) {
      if (options.authorizeUrl === undefined)
        throw new TypeError('the client_credentials grant asks no person');
      const url = new URL(resolveUrl(input.hosts, options.authorizeUrl));
      const scopes = input.scopes ?? options.scopes;
      const params: Record<string, string> = {
        response_type: 'code',
        client_id: input.client.id,
        redirect_uri: input.redirectUri,
        ...(scopes.length > 0 ? { scope: scopes.join(separator) } : {}),
        state: input.state,
        ...(options.pkce && input.codeChallenge !== undefined
          ? { code_challenge: input.codeChallenge, code_challenge_method: 'S256' }
          : {}),
        ...options.authorizeParams,
      };
      for (const name of options.omitAuthorizeParams ?? []) delete params[name];
      for (const [name, value] of Object.entries(rename(params))) url.searchParams.set(name, value);
      return url.href;
    },

    exchangeCode(ctx) {
      const code = options.cleanCode?.(ctx.code) ?? ctx.code;
      const verifier =
        options.pkce && ctx.codeVerifier !== undefined ? { code_verifier: ctx.codeVerifier } : {};
      const own = { code, redirect_uri: ctx.redirectUri, ...verifier };
      const standard = () => tokens(ctx, 'authorization_code', own);
      return options.exchangeCode?.(ctx, standard) ?? standard();
    },

    async refresh(ctx) {
      const standard = (): Promise<TokenSet> => {
        const refreshToken = ctx.tokens.refreshToken;
        if (refreshToken === undefined) {
          throw new ProviderError({
            kind: 'revoked',
            message: 'the provider gave no refresh token: connect again',
          });
        }
        return tokens(ctx, 'refresh_token', { refresh_token: refreshToken }, ctx.tokens);
      };
      return options.refresh === undefined ? standard() : options.refresh(ctx, standard);
    },

    async revoke(ctx) {
      if (options.revokeRequest !== undefined) return void (await send(ctx, options.revokeRequest(ctx)));
      if (options.revokeUrl === undefined) return;
      // The refresh token first: it is the one that could make more (RFC 7009 2.1).
      const { refreshToken, accessToken } = ctx.tokens;
      const given =
        refreshToken === undefined ? [] : [{ token: refreshToken, token_type_hint: 'refresh_token' }];
      if (refreshToken === undefined || options.revokeEach === true) {
        given.push({ token: accessToken, token_type_hint: 'access_token' });
      }
      for (const own of given) await send(ctx, tokenSpec(ctx, options.revokeUrl, own));
    },

    async clientCredentials(ctx) {
      const scopes = ctx.scopes ?? options.scopes;
      const scope = scopes.length > 0 ? { scope: scopes.join(separator) } : {};
      return tokens(ctx, 'client_credentials', scope);
    },
  };
}
