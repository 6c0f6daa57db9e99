import { camelCase, type AuthKind, type ProviderRequest } from './read-request.ts';

/** The files of an emulator that speaks what the scaffolded adapter expects, by their paths in the provider's folder. */
export function emulatorFiles(request: ProviderRequest): Record<string, string> {
  return {
    'emulator/index.ts': index(request),
    'emulator/envelopes.ts': envelopes(request),
    'emulator/item-routes.ts': itemRoutes(request),
    ...(request.webhooks ? { 'emulator/webhook.ts': webhook(request) } : {}),
  };
}

/** Keys of demo accounts: they open an emulator and nothing else. */
const keys: Record<AuthKind, (account: string) => string> = {
  oauth2: () => '',
  'api-key': (account) => `apiKey: 'key-of-${account}-for-the-emulator',`,
  bearer: (account) => `apiKey: 'token-of-${account}-for-the-emulator',`,
  basic: (account) => `fields: { account: '${account}', secret: 'secret-of-${account}-for-the-emulator' },`,
};

const index = ({ id, name, auth, webhooks }: ProviderRequest) => {
  const oauth = auth === 'oauth2';
  return `import { defineEmulator${oauth ? ', oauthRoutes' : ''} } from '../../kit/emulator/index.ts';
import { faultResponse } from './envelopes.ts';
import { itemRoutes } from './item-routes.ts';
${webhooks ? "import { webhook } from './webhook.ts';\n" : ''}
const EPOCH = Date.UTC(2025, 0, 6, 9);
const HOUR_MS = 3_600_000;

/** ${name} as nobody has looked it up yet: a plain REST API. Unconfirmed, all of it. */
export const ${camelCase(id)}Emulator = defineEmulator({
  id: '${id}',
  name: '${name}',
  color: '#5b6270',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['api'${oauth ? ", 'app'" : ''}],
  faultHost: 'api',
  client: { id: '${id}-client', secret: '${id}-secret-for-the-emulator', name: 'Mortise' },
  accounts: [
    {
      id: 'northwind',
      name: 'Northwind Atelier',
      detail: 'northwind-atelier.example',
      user: { id: '1', email: 'helena@northwind-atelier.example' },
      ${keys[auth]('northwind')}
    },
    {
      id: 'casa-ipe',
      name: 'Casa Ipê Móveis',
      detail: 'casa-ipe.example',
      user: { id: '2', email: 'otavio@casa-ipe.example' },
      ${keys[auth]('casa-ipe')}
    },
  ],
  collections: [
    {
      name: 'items',
      label: 'Items',
      count: 900,
      fields: [
        { name: 'name', label: 'Name', type: 'text' },
        { name: 'status', label: 'Status', type: 'text' },
        { name: 'note', label: 'Note', type: 'text' },
      ],
      idOf: (at) => String(1000 + at),
      generate: (random, at) => ({
        createdAt: EPOCH + at * HOUR_MS,
        updatedAt: EPOCH + at * HOUR_MS,
        fields: { name: \`Item \${at + 1}\`, status: random.pick(['open', 'waiting', 'done']), note: '' },
      }),
    },
  ],
${oauth ? '' : '  // None are issued: a key does not expire.\n'}  tokens: { accessTtlMs: HOUR_MS, codeTtlMs: 600_000, rotateRefresh: true, length: 48 },
  routes: (world) => [
    ${oauth ? OAUTH : ''}...itemRoutes(world),
  ],
  faultResponse,
${webhooks ? '  webhook,\n' : ''}});
`;
};

const OAUTH = `...oauthRoutes(world, {
      consent: {
        host: 'app',
        path: '/oauth/authorize',
        scopeLabels: { 'items.read': 'See your items', 'items.write': 'Create, change and delete items' },
        scopesRequired: true,
        pkceRequired: true,
      },
      token: { host: 'api', path: '/oauth/token' },
      revoke: { host: 'api', path: '/oauth/revoke' },
    }),
    `;

const envelopes = ({ name }: ProviderRequest) => `import { json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** ${name}'s shape of a refusal (unconfirmed). */
export function failure(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): EmulatorResponse {
  return json(status, { error: { code, message } }, headers);
}

export function limited(retryAfter?: string): EmulatorResponse {
  const headers = retryAfter === undefined ? undefined : { 'retry-after': retryAfter };
  return failure(429, 'too_many_requests', 'The limit of requests was reached.', headers);
}

export function unauthorized(): EmulatorResponse {
  return failure(401, 'unauthorized', 'The credential is not good.');
}

export function missing(): EmulatorResponse {
  return failure(404, 'not_found', 'There is no such item.');
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') return limited(fault.retryAfter);
  if (fault.kind === 'unauthorized') return unauthorized();
  if (fault.kind === 'forbidden') return failure(403, 'forbidden', 'The credential may not do this.');
  return failure(500, 'internal', 'Something went wrong.');
}
`;

const credentials: Record<AuthKind, string> = {
  oauth2: "'oauth2'",
  'api-key': "{ header: 'x-api-key' }",
  bearer: "'bearer'",
  basic: "'basic'",
};

const itemRoutes = ({
  auth,
}: ProviderRequest) => `import { gate, json, readJson } from '../../kit/emulator/index.ts';
import { failure, limited, missing, unauthorized } from './envelopes.ts';
import type {
  EmulatedAccount,
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

type Act = (request: EmulatorRequest, account: EmulatedAccount) => EmulatorResponse;

const MOST = 100;

/** Whose credential it is, and items: listed by change time with a cursor that no change disturbs, and written. */
export function itemRoutes(world: World): Route[] {
  const { records } = world;
  const limit = { requests: 100, perMs: 60_000 };
  const behind = gate(world, { credential: ${credentials[auth]}, limit, limited, unauthorized });
  const route = (method: string, path: string, act: Act): Route => ({
    method,
    host: 'api',
    path,
    handler: behind(act),
  });
  const found: (act: (record: EmulatedRecord, request: EmulatorRequest) => EmulatorResponse) => Act =
    (act) => (request, account) => {
      const record = records.get(account.id, 'items', request.params['id'] ?? '');
      return record === undefined || record.archivedAt !== undefined ? missing() : act(record, request);
    };

  return [
    route('GET', '/v1/me', (_request, { id, name }) => json(200, { id, name })),

    route('GET', '/v1/items', ({ query }, account) => {
      const size = Math.min(Number(query.get('limit') ?? MOST), MOST);
      const since = Date.parse(query.get('updated_since') ?? '') || 0;
      const after = query.get('cursor') ?? '';
      const rows = records
        .all(account.id, 'items')
        .filter((one) => one.archivedAt === undefined && one.updatedAt >= since && placeOf(one) > after)
        .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
      const last = rows[size - 1];
      return json(200, {
        data: rows.slice(0, size).map((one) => view(one)),
        next_cursor: last === undefined || rows.length === size ? null : placeOf(last),
      });
    }),

    route('POST', '/v1/items', (request, account) => {
      const fields = readFields(request);
      if (!fields['name']) return failure(422, 'invalid', 'An item needs a name.');
      return json(201, view(records.create(account.id, 'items', fields)));
    }),

    route(
      'GET',
      '/v1/items/:id',
      found((record) => json(200, view(record))),
    ),

    route(
      'PATCH',
      '/v1/items/:id',
      found((record, request) => {
        const changed = records.update(record.accountId, 'items', record.id, readFields(request));
        return json(200, view(changed ?? record));
      }),
    ),

    route(
      'DELETE',
      '/v1/items/:id',
      found((record) => {
        records.archive(record.accountId, 'items', record.id);
        return { status: 204 };
      }),
    ),
  ];
}

function readFields(request: EmulatorRequest): Record<string, string> {
  const told = Object.entries(readJson(request) ?? {});
  return Object.fromEntries(told.filter((one): one is [string, string] => typeof one[1] === 'string'));
}

/** Where a record stands in the list: one that changes moves to its end, and nothing else moves. */
function placeOf(record: EmulatedRecord): string {
  return \`\${String(record.updatedAt).padStart(15, '0')}.\${record.id}\`;
}

function view({ id, fields, createdAt, updatedAt }: EmulatedRecord): Record<string, unknown> {
  const times = { created_at: new Date(createdAt), updated_at: new Date(updatedAt) };
  return { id, ...fields, ...times };
}
`;

const webhook = ({ name }: ProviderRequest) => `import { createHmac } from 'node:crypto';
import { seedOf } from '../../kit/emulator/index.ts';
import type { Change, OutgoingWebhook, WebhookTarget, World } from '../../kit/emulator/index.ts';

const TYPES = { created: 'item.created', updated: 'item.updated', archived: 'item.deleted' } as const;

/** A delivery for a change, signed as ${name} signs (unconfirmed). */
export function webhook({ kind, record }: Change, _target: WebhookTarget, world: World): OutgoingWebhook {
  const type = TYPES[kind];
  const body = JSON.stringify({
    id: \`evt-\${seedOf(type, record.accountId, record.id, record.updatedAt)}\`,
    type,
    account_id: record.accountId,
    item_id: record.id,
    occurred_at: new Date(record.updatedAt),
  });
  const timestamp = String(Math.floor(world.now().getTime() / 1000));
  const { secret } = world.definition.client;
  const signature = createHmac('sha256', secret).update(\`\${timestamp}.\${body}\`).digest('hex');
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-signature': signature, 'x-timestamp': timestamp },
    body,
  };
}
`;
