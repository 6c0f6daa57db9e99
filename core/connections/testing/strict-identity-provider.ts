import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { callProvider, classifier, defineProvider, oauth2, type Provider } from '@mortise/providers/kit';

interface Family {
  account: string;
  access: Set<string>;
  /** The one refresh token that is good, and those that were. */
  refresh: string;
  used: Set<string>;
  revoked: boolean;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface StrictIdentityProvider {
  url: string;
  provider: Provider;
  /** Seconds that access tokens live. */
  accessSeconds: number;
  /** Whose account the next authorisation is for. */
  account: string;
  /** Refreshes that were granted. */
  refreshes: number;
  /** Times that a refresh token came that had been used: each ends its family. */
  reuses: number;
  /** Authorization headers and tokens of the requests, by path, in order. */
  seen: { path: string; authorization: string | undefined; form: URLSearchParams }[];
  /** Called before each answer; what it returns is answered instead, and what it does happens while the caller waits. */
  before:
    | ((path: string, form: URLSearchParams) => Answer | undefined | Promise<Answer | undefined>)
    | undefined;
  /** Called when what was asked has been done, before the answer leaves. */
  after: ((path: string) => Promise<void>) | undefined;
  /** Gives new tokens for a refresh token that has been used, as most providers do for a while. It counts as reuse. */
  tolerant: boolean;
  /** Tokens as an authorisation gives them, without one. */
  grant(account?: string): { accessToken: string; refreshToken: string };
  /** Makes every access token worthless; the refresh tokens stay good. */
  expireAccess(): void;
  /** Ends everything, as an uninstallation does. */
  revokeAll(): void;
  close(): Promise<void>;
}

const strictClient = { id: 'strict-client', secret: 'strict-client-secret' };

/**
 * An identity provider as strict as the strictest: refresh tokens are good once, and one that comes a second time ends
 * the whole family (RFC 9700 4.14.2). It has an API of one path, and repeats in its errors the token it was given.
 */
export async function startStrictIdentityProvider(): Promise<StrictIdentityProvider> {
  const families = new Set<Family>();
  const codes = new Map<string, { account: string; challenge: string; redirectUri: string }>();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const state: StrictIdentityProvider = {
    url,
    provider: defineStrict(url),
    accessSeconds: 3600,
    account: '1',
    refreshes: 0,
    reuses: 0,
    seen: [],
    before: undefined,
    after: undefined,
    tolerant: false,
    grant(account = state.account) {
      const { access, refresh } = found(account);
      return { accessToken: [...access][0]!, refreshToken: refresh };
    },
    expireAccess: () => families.forEach((family) => family.access.clear()),
    revokeAll: () => families.forEach((family) => (family.revoked = true)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function found(account: string): Family {
    const family = {
      account,
      access: new Set([token('access')]),
      refresh: token('refresh'),
      used: new Set<string>(),
      revoked: false,
    };
    families.add(family);
    return family;
  }

  const tokensOf = (family: Family, accessToken: string) => ({
    status: 200,
    body: {
      access_token: accessToken,
      refresh_token: family.refresh,
      expires_in: state.accessSeconds,
      token_type: 'bearer',
    },
  });
  const refuse = (error: string, description: string): Answer => ({
    status: 400,
    body: { error, error_description: description },
  });

  function tokenEndpoint(form: URLSearchParams): Answer {
    if (form.get('client_id') !== strictClient.id || form.get('client_secret') !== strictClient.secret) {
      return { status: 401, body: { error: 'invalid_client', error_description: 'who is this?' } };
    }
    if (form.get('grant_type') === 'authorization_code') {
      const code = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (
        code === undefined ||
        code.challenge !== challenge ||
        code.redirectUri !== form.get('redirect_uri')
      ) {
        return refuse('invalid_grant', 'no such code');
      }
      const family = found(code.account);
      return tokensOf(family, [...family.access][0]!);
    }
    const given = form.get('refresh_token') ?? '';
    const family = [...families].find((one) => one.refresh === given || one.used.has(given));
    if (family?.used.has(given) === true) {
      state.reuses += 1;
      family.revoked = !state.tolerant;
    }
    if (family === undefined || family.revoked)
      return refuse('invalid_grant', `the refresh token ${given} is not good`);
    state.refreshes += 1;
    family.used.add(given);
    family.refresh = token('refresh');
    // The access token from before dies with the refresh, as with many providers.
    family.access = new Set([token('access')]);
    return tokensOf(family, [...family.access][0]!);
  }

  function authorize(query: URLSearchParams): Answer {
    const code = token('code');
    const redirectUri = query.get('redirect_uri') ?? '';
    codes.set(code, { account: state.account, challenge: query.get('code_challenge') ?? '', redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    return { status: 302, headers: { location: back.href } };
  }

  function usual(
    path: string,
    form: URLSearchParams,
    bearer: string | undefined,
    query: URLSearchParams,
  ): Answer {
    if (path === '/authorize') return authorize(query);
    if (path === '/token') return tokenEndpoint(form);
    if (path === '/revoke') {
      for (const family of families) if (family.refresh === form.get('token')) family.revoked = true;
      return { status: 200 };
    }
    const family = [...families].find(
      (one) => !one.revoked && bearer !== undefined && one.access.has(bearer),
    );
    if (family === undefined)
      return {
        status: 401,
        body: { error: { code: 'EXPIRED', message: `the token ${bearer} is not good` } },
      };
    return { status: 200, body: { id: family.account, name: `Account ${family.account}` } };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    const form = new URLSearchParams(await text(request));
    const { authorization } = request.headers;
    state.seen.push({ path: asked.pathname, authorization, form });
    const instead = await state.before?.(asked.pathname, form);
    const { status, headers, body } =
      instead ?? usual(asked.pathname, form, authorization?.split(' ')[1], asked.searchParams);
    await state.after?.(asked.pathname);
    if (!response.destroyed) {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body ?? {}));
    }
  }
  return state;
}

const token = (kind: string) => `${kind}-${randomBytes(24).toString('base64url')}`;

/** The adapter of it, made of the kit. @param url where it runs */
export function defineStrict(url: string): Provider {
  const api = {
    rateLimits: { default: { requests: 1_000, perMs: 1_000 }, narrow: { requests: 2, perMs: 60_000 } },
    readRateHeaders: () => undefined,
    classify: classifier({
      read: (body) => {
        const error = (body as { error?: { message?: string } } | undefined)?.error;
        return error?.message === undefined ? {} : { message: error.message };
      },
    }),
  };
  const auth = oauth2({
    authorizeUrl: 'api:/authorize',
    tokenUrl: 'api:/token',
    revokeUrl: 'api:/revoke',
    scopes: ['read'],
    pkce: true,
  });
  return defineProvider({
    id: 'strict',
    name: 'Strict',
    category: 'other',
    description: 'Exists in tests alone.',
    logo: new URL('./logo.svg', import.meta.url),
    docsUrl: 'https://example.test',
    hosts: { api: url },
    auth,
    api,
    test: { method: 'GET', url: 'api:/me' },
    account: async (ctx) => {
      const response = await callProvider({ api, auth }, ctx, { method: 'GET', url: 'api:/me' });
      const { id, name } = response.json() as { id: string; name: string };
      return { id, name, metadata: {} };
    },
    resources: {},
  });
}

/** The registry of one strict provider, whose emulator is itself. */
export function strictRegistry(provider: Provider) {
  return {
    all: [provider],
    find: (id: string) => (id === provider.id ? provider : undefined),
    sandbox: (id: string) =>
      id === provider.id ? { hosts: { ...provider.hosts }, client: strictClient } : undefined,
  };
}
