import { camelCase, type AuthKind, type ProviderRequest } from './read-request.ts';

/** The files of an adapter, by their paths in the provider's folder. What nobody has looked up yet is marked so. */
export function adapterFiles(request: ProviderRequest): Record<string, string> {
  return {
    'index.ts': index(request),
    'auth.ts': authOf[request.auth](request),
    'api.ts': api(request),
    'items.ts': items(request),
    'logo.svg': logo(request),
    ...(request.webhooks ? { 'webhooks.ts': webhooks(request) } : {}),
    [`${request.id}.test.ts`]: suite(request),
  };
}

const index = ({ id, name, auth, webhooks }: ProviderRequest) => `/**
 * ${name}: items, both ways, ${auth === 'oauth2' ? 'by OAuth' : 'by a key that a person enters'}.
 *
 * Standard where the kit says nothing else. Deviations, each in its file: none yet.
 *
 * Sources: none yet. Everything here is unconfirmed until the page that says it is named where it stands.
 */
import { accountAt, defineProvider } from '../kit/index.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { items } from './items.ts';
${webhooks ? "import { webhooks } from './webhooks.ts';\n" : ''}
const test = { method: 'GET', url: 'api:/v1/me' } as const;

export const ${camelCase(id)} = defineProvider({
  id: '${id}',
  name: '${name}',
  category: 'other',
  description: 'Items of ${name}, in both directions.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://developers.${id}.example',
  hosts: { api: 'https://api.${id}.example'${auth === 'oauth2' ? `, app: 'https://app.${id}.example'` : ''} },
  auth,
  api,
  test,
  account: accountAt({ api, auth }, test, { id: 'id', name: 'name' }),
  resources: { items },
${webhooks ? '  webhooks,\n' : ''}});
`;

const field = (name: string, label: string, secret: boolean) =>
  `{ name: '${name}', label: '${label}', secret: ${secret}, required: true }`;

const authOf: Record<AuthKind, (request: ProviderRequest) => string> = {
  oauth2: ({ name }) => `import { oauth2 } from '../kit/index.ts';

/**
 * OAuth with ${name}. Unconfirmed: the addresses, the scopes, that PKCE is taken, that a revocation ends the whole grant,
 * and whether refresh tokens rotate (whatever comes back is stored).
 */
export const auth = oauth2({
  authorizeUrl: 'app:/oauth/authorize',
  tokenUrl: 'api:/oauth/token',
  revokeUrl: 'api:/oauth/revoke',
  pkce: true,
  scopes: ['items.read', 'items.write'],
});
`,
  'api-key': ({ name }) => `import { apiKey } from '../kit/index.ts';

/** ${name}'s key, in a header (unconfirmed; \`{ query: 'api_key' }\` where it goes into the address). */
export const auth = apiKey({ header: 'x-api-key' });
`,
  bearer: ({ name }) => `import { bearer } from '../kit/index.ts';

/** ${name}'s token, which a person makes in the settings there (unconfirmed: that it does not end). */
export const auth = bearer();
`,
  basic: ({ name }) => `import { basic } from '../kit/index.ts';

/** HTTP Basic with an account id and its secret (unconfirmed: what ${name} calls the two). */
export const auth = basic(
  ${field('account', 'Account id', false)},
  ${field('secret', 'Secret', true)},
);
`,
};

const api = ({ name }: ProviderRequest) => `import { jsonApi } from '../kit/index.ts';

/** ${name}'s API. Unconfirmed: the limit and whose it is, and the shape of an error. */
export const api = jsonApi({
  rateLimits: { default: { requests: 100, perMs: 60_000 } },
  errors: { code: 'error.code', message: 'error.message', requestId: 'error.request_id' },
});
`;

const items = ({ name }: ProviderRequest) => `import { cursor, restResource } from '../kit/index.ts';

/** Items of ${name}. Unconfirmed: everything, the order of the list and its cursor before all. */
export const items = restResource({
  name: 'items',
  label: 'Items',
  eventPrefix: 'item',
  url: 'api:/v1/items',
  title: 'name',
  updatedAt: 'updated_at',
  pageSize: 100,
  params: { limit: 'limit', cursor: 'cursor', since: 'updated_since' },
  readPage: cursor('next_cursor', 'data'),
  writes: { create: true, update: 'PATCH', delete: true },
  fields: [
    { name: 'name', label: 'Name', type: 'string', writable: true, required: true },
    { name: 'status', label: 'Status', type: 'enum', writable: true },
    { name: 'note', label: 'Note', type: 'string', writable: true },
  ],
});
`;

const logo = ({ name }: ProviderRequest) => {
  const text = name.replaceAll('&', '&amp;');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" role="img" aria-label="${text}"><rect x="4" y="4" width="40" height="40" rx="9" fill="#5b6270"/><text x="24" y="33" font-family="sans-serif" font-size="25" font-weight="700" fill="#fff" text-anchor="middle">${String.fromCodePoint(name.codePointAt(0) ?? 0).toUpperCase()}</text></svg>
`;
};

const webhooks = ({ name, auth }: ProviderRequest) => `import { z } from 'zod';
import { hmacSha256 } from '../kit/index.ts';
import type { Webhooks } from '../kit/index.ts';

const KINDS = { 'item.created': 'created', 'item.updated': 'updated', 'item.deleted': 'deleted' } as const;

const delivery = z.object({
  id: z.string().min(1),
  type: z.string(),
  account_id: z.string().min(1),
  item_id: z.string().min(1),
  occurred_at: z.iso.datetime(),
});

/** ${name}'s webhooks, one happening each, signed over time and body (unconfirmed: all of it). */
export const webhooks: Webhooks = {
  secret: '${auth === 'oauth2' ? 'oauth_client' : 'own'}',

  verify: hmacSha256({
    header: 'x-signature',
    encoding: 'hex',
    timestamp: { header: 'x-timestamp', unit: 's', toleranceMs: 5 * 60_000 },
    message: (input, timestamp) => [timestamp, '.', input.rawBody],
  }),

  events(rawBody) {
    const told = delivery.parse(JSON.parse(Buffer.from(rawBody).toString()));
    const kind = Object.hasOwn(KINDS, told.type) ? KINDS[told.type as keyof typeof KINDS] : undefined;
    if (kind === undefined) return [];
    const { id: dedupeKey, account_id: accountId, item_id: externalId } = told;
    return [
      { dedupeKey, accountId, resource: 'items', externalId, kind, occurredAt: new Date(told.occurred_at) },
    ];
  },
};
`;

const suite = ({ id, name }: ProviderRequest) => {
  const variable = camelCase(id);
  return `import { describe, expect, test } from 'vitest';
import { httpResponse } from '../kit/index.ts';
import { providerConformance } from '../kit/conformance.ts';
import { ${variable}Emulator } from './emulator/index.ts';
import { ${variable} } from './index.ts';

describe('conformance', () => {
  const checks = providerConformance({
    provider: ${variable},
    emulator: ${variable}Emulator,
    samples: {
      items: {
        create: { name: 'A first one', status: 'open', note: 'Made by a test' },
        update: { status: 'done' },
        invalid: { name: '' },
      },
    },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

test('a refusal keeps ${name}’s own code, words and request id', () => {
  const body = { error: { code: 'invalid', message: 'no name', request_id: 'r-1' } };
  expect(${variable}.api.classify(httpResponse(422, {}, JSON.stringify(body)), new Date(0))).toEqual({
    kind: 'invalid',
    message: 'no name',
    providerCode: 'invalid',
    providerRequestId: 'r-1',
  });
});
`;
};
