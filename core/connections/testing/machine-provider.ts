import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { accountAt, defineProvider, jsonApi, oauth2, type Provider } from '@mortise/providers/kit';

export interface MachineProvider {
  url: string;
  provider: Provider;
  client: { id: string; secret: string };
  /** Seconds that access tokens live. */
  accessSeconds: number;
  /** Whose account the client opens. */
  account: string;
  /** Whether its API says 403 to everything. */
  silent: boolean;
  /** What the token endpoint answers in place of tokens, while it is set. */
  refusal: { status: number; body: object } | undefined;
  /** The forms of the exchanges that gave a token. */
  exchanges: URLSearchParams[];
  /** Makes every token worthless. */
  expireAll(): void;
  close(): Promise<void>;
}

/**
 * A provider for programs (RFC 6749 4.4): its client is exchanged for a token with nobody asked, at a token endpoint
 * over HTTP, and there is no refresh token. Its API has one path. Whatever else it is asked is answered with nothing.
 */
export async function startMachineProvider(): Promise<MachineProvider> {
  const tokens = new Map<string, string>();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const state: MachineProvider = {
    url,
    provider: defineMachine(url),
    client: { id: 'machine-client', secret: `s+/:${randomBytes(12).toString('base64')}` },
    accessSeconds: 3600,
    account: '1',
    silent: false,
    refusal: undefined,
    exchanges: [],
    expireAll: () => tokens.clear(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const { status, body } = answerTo(request, form);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function answerTo({ url: path, headers }: IncomingMessage, form: URLSearchParams) {
    if (path === '/me' && state.silent) return { status: 403, body: { error: 'access_denied' } };
    if (path === '/me') {
      const account = tokens.get(headers.authorization?.replace('Bearer ', '') ?? '');
      return account === undefined
        ? { status: 401, body: { error: 'invalid_token' } }
        : { status: 200, body: { id: account, name: `Account ${account}` } };
    }
    if (path !== '/token') return { status: 200, body: {} };
    if (state.refusal !== undefined) return state.refusal;
    const { id, secret } = state.client;
    const pair = [id, secret].map((part) => encodeURIComponent(part)).join(':');
    if (headers.authorization !== `Basic ${Buffer.from(pair).toString('base64')}`)
      return {
        status: 401,
        body: { error: 'invalid_client', error_description: `Not ${headers.authorization}` },
      };
    if (form.get('grant_type') !== 'client_credentials')
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    state.exchanges.push(form);
    const token = randomBytes(16).toString('hex');
    tokens.set(token, state.account);
    return {
      status: 200,
      body: { access_token: token, token_type: 'Bearer', expires_in: state.accessSeconds },
    };
  }
  return state;
}

/** @param url where it listens, for those that do not read it from an integration */
export function defineMachine(url: string): Provider {
  const { port } = new URL(url);
  const me = { method: 'GET', url: 'api:/me' } as const;
  const api = jsonApi({
    rateLimits: { default: { requests: 1_000, perMs: 1_000 } },
    errors: { code: 'error', message: 'error_description' },
  });
  const auth = oauth2({
    grant: 'client_credentials',
    tokenUrl: 'api:/token',
    clientAuth: 'basic',
    pkce: false,
    scopes: ['records.read'],
    inputs: [{ name: 'portal', label: 'Portal', secret: false, required: true, placeholder: 'acme.example' }],
  });
  return defineProvider({
    id: 'machine',
    name: 'Machine',
    category: 'other',
    description: 'Exists in tests alone.',
    logo: new URL('./machine.svg', import.meta.url),
    docsUrl: 'https://example.test',
    hosts: { api: `http://{portal}:${port}` },
    auth,
    api,
    test: me,
    account: accountAt({ api, auth }, me, { id: 'id', name: 'name' }),
    resources: {},
  });
}
