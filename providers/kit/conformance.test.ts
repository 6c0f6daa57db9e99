import { describe, expect, test } from 'vitest';
import { accountAt } from './account-at.ts';
import { apiKey, basic, bearer } from './auth/fields-auth.ts';
import { oauth2 } from './auth/oauth2.ts';
import { providerConformance } from './conformance.ts';
import { defineProvider } from './define-provider.ts';
import { defineEmulator, gate, json, oauthRoutes, type GateOptions } from './emulator/index.ts';
import { jsonApi } from './json-api.ts';
import type { Auth } from './types.ts';

const me = { method: 'GET', url: 'api:/me' } as const;
const api = jsonApi({
  rateLimits: { default: { requests: 5, perMs: 10_000 } },
  errors: { code: 'code', message: 'message' },
});
const input = (name: string) => ({ name, label: name, secret: true, required: true });
const logo = new URL('file:///none.svg');
const user = { id: '1', email: 'ada@one.example' };
const oauth = { tokenUrl: 'api:/token', revokeUrl: 'api:/revoke', scopes: ['read'], pkce: true };

interface Kind {
  auth: Auth;
  credential: GateOptions['credential'];
  account?: { apiKey: string } | { fields: Record<string, string> };
  clientAuth?: 'basic';
}

/** Every way to authenticate that is data, each with an emulator made of the kit's own parts. */
const kinds: Record<string, Kind> = {
  'a key in a header': {
    auth: apiKey({ header: 'X-Key' }),
    credential: { header: 'x-key' },
    account: { apiKey: 'k-1' },
  },
  'a key in a header behind a prefix': {
    auth: apiKey({ header: 'Authorization', prefix: 'Token ' }),
    credential: { header: 'authorization', prefix: 'Token ' },
    account: { apiKey: 'k-1' },
  },
  'a key in the query': {
    auth: apiKey({ query: 'key' }),
    credential: { query: 'key' },
    account: { apiKey: 'k&1=?' },
  },
  'a bearer token': { auth: bearer(), credential: 'bearer', account: { apiKey: 'k-1' } },
  'basic with two fields': {
    auth: basic(input('id'), input('secret')),
    credential: 'basic',
    account: { fields: { id: 'one', secret: 'sé:cret' } },
  },
  'basic with a key alone': { auth: basic(input('key')), credential: 'basic', account: { apiKey: 'k-1' } },
  'OAuth by code': { auth: oauth2({ ...oauth, authorizeUrl: 'api:/authorize' }), credential: 'oauth2' },
  'OAuth by code, the client by Basic': {
    auth: oauth2({ ...oauth, authorizeUrl: 'api:/authorize', clientAuth: 'basic' }),
    credential: 'oauth2',
    clientAuth: 'basic',
  },
  'OAuth by the client’s own credentials': {
    auth: oauth2({ ...oauth, grant: 'client_credentials' }),
    credential: 'oauth2',
  },
};

describe.each(Object.entries(kinds))('%s', (_name, { auth, credential, account = {}, clientAuth }) => {
  const provider = defineProvider({
    id: 'sample',
    name: 'Sample',
    category: 'other',
    description: '',
    logo,
    docsUrl: '',
    hosts: { api: 'https://api.example' },
    auth,
    api,
    test: me,
    account: accountAt({ api, auth }, me, { id: 'id' }),
    resources: {},
  });
  const emulator = defineEmulator({
    id: 'sample',
    name: 'Sample',
    color: '#000',
    // The consent screen shows it.
    logo: new URL('../hubspot/logo.svg', import.meta.url),
    hosts: ['api'],
    faultHost: 'api',
    client: { id: 'the client', secret: 'a&b:c+d', name: 'App' },
    accounts: [{ id: '1', name: 'One', detail: '', user, ...account }],
    collections: [],
    tokens: { accessTtlMs: 60_000, codeTtlMs: 60_000, rotateRefresh: true, length: 32 },
    routes: (world) => [
      ...oauthRoutes(world, {
        consent: { host: 'api', path: '/authorize', scopeLabels: {}, pkceRequired: true },
        token: { host: 'api', path: '/token' },
        revoke: { host: 'api', path: '/revoke' },
        ...(clientAuth === undefined ? {} : { clientAuth }),
      }),
      {
        method: 'GET',
        host: 'api',
        path: '/me',
        handler: gate(world, {
          credential,
          limit: { requests: 5, perMs: 10_000 },
          unauthorized: () => json(401, { code: 'no' }),
          limited: (retryAfter) => json(429, { code: 'slow' }, { 'retry-after': retryAfter }),
        })((_request, { id, name }) => json(200, { id, name })),
      },
    ],
    faultResponse: ({ kind, retryAfter = '1' }) => {
      const status = {
        rate_limited: 429,
        unauthorized: 401,
        forbidden: 403,
        server_error: 500,
        slow: 500,
        drop: 500,
      }[kind];
      return json(status, { code: kind }, status === 429 ? { 'retry-after': retryAfter } : {});
    },
  });
  const checks = providerConformance({ provider, emulator, samples: {} });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());

  if (auth.kind === 'oauth2') return;
  test('a wrong credential is refused', async () => {
    const values = Object.fromEntries(auth.fields.map((field) => [field.name, 'k-2']));
    const wrong = { provider, emulator, samples: {}, credential: { kind: 'fields' as const, values } };
    const health = providerConformance(wrong).find(({ name }) => name.includes('health call'));
    await expect(health?.run()).rejects.toThrow(/auth_expired/);
  });
});
