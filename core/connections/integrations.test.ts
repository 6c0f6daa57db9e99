import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, publicId } from '../kernel/index.ts';
import { plantConnection } from './testing/connected.ts';
import { addTenant, bodyOf, contextOf, createRig, headerOf, type Rig } from './testing/rig.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

const secret = 'the-client-secret-of-our-app';

let test: TestDatabase;
let strict: StrictIdentityProvider;
let rig: Rig;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  strict = await startStrictIdentityProvider();
  // Not on the list: everything of this machine but the provider itself.
  rig = createRig({
    db: test.db,
    registry: strictRegistry(strict.provider),
    allow: [new URL(strict.url).host],
  });
});
afterAll(async () => {
  rig.stop();
  await strict.close();
  await test.drop();
});
beforeEach(async () => {
  tenantId = await addTenant(test.db);
});

const add = (body: object = {}) =>
  rig.addIntegration(tenantId, {
    provider: 'strict',
    environment: 'sandbox',
    clientId: 'ours',
    clientSecret: secret,
    ...body,
  });
const update = (id: string, body: object, headers: Record<string, string> = {}) =>
  rig.routes.update(contextOf(tenantId, { headers }), { params: { id }, query: undefined, body });
const read = (id: string, tenant = tenantId) =>
  rig.routes.read(contextOf(tenant), { params: { id }, query: undefined, body: undefined });
const query = (sql: string) => test.db.engine((tx) => tx.query(sql, [tenantId]));

describe('an integration', () => {
  it('keeps its client secret sealed and never says it again', async () => {
    const made = await add();
    const list = await rig.routes.list(contextOf(tenantId), {
      params: undefined,
      query: { limit: 50 },
      body: undefined,
    });
    const answers = [
      made,
      bodyOf(await read(made.id)),
      bodyOf(list),
      bodyOf(await update(made.id, { name: 'Other' })),
    ];
    expect(JSON.stringify(answers)).not.toContain(secret);
    expect(made).toMatchObject({ clientId: 'ours', hasClientSecret: true });
    const [row] = await query(
      'select client_secret, to_json(i)::text as whole from integrations i where tenant_id = $1',
    );
    const sealed = row!['client_secret'] as Buffer;
    expect(sealed.includes(secret)).toBe(false);
    expect(String(row!['whole'])).not.toContain(secret);
    const place = {
      tenantId,
      table: 'integrations',
      row: bareId('integration', made.id),
      field: 'client_secret',
    };
    expect(await test.db.tenant(tenantId, (tx) => rig.vault.open(tx, place, sealed))).toBe(secret);
    expect(
      JSON.stringify(await query('select details from audit_entries where tenant_id = $1')),
    ).not.toContain(secret);
  });

  it('keeps its secret when something else is changed, and loses it when it is taken away', async () => {
    const { id } = await add();
    expect(bodyOf(await update(id, { name: 'Other', scopes: ['a'] }))).toMatchObject({
      hasClientSecret: true,
      name: 'Other',
      scopes: ['a'],
    });
    expect(bodyOf(await update(id, { clientSecret: null }))).toMatchObject({
      hasClientSecret: false,
      clientId: 'ours',
    });
  });

  it('is changed only by who has read its latest version, when they say which (If-Match)', async () => {
    const { id } = await add();
    const tag = headerOf(await read(id), 'etag');
    const after = await update(id, { name: 'First' }, { 'if-match': tag });
    expect(headerOf(after, 'etag')).not.toBe(tag);
    await expect(update(id, { name: 'Second' }, { 'if-match': tag })).rejects.toMatchObject({
      code: 'version_mismatch',
    });
    await expect(update(id, { name: 'Second' }, { 'if-match': '"nonsense"' })).rejects.toMatchObject({
      code: 'version_mismatch',
    });
    expect(bodyOf(await read(id)).name).toBe('First');
    const both = await Promise.allSettled(
      ['A', 'B'].map((name) => update(id, { name }, { 'if-match': headerOf(after, 'etag') })),
    );
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it.each([
    'http://127.0.0.1:1',
    'http://169.254.169.254',
    'http://[::1]:80',
    'http://user:pass@example.com',
    'ftp://example.com',
  ])('may not point the provider at %s', async (api) => {
    await expect(add({ hosts: { api } })).rejects.toMatchObject({ code: 'unprocessable' });
    const { id } = await add();
    await expect(update(id, { hosts: { api } })).rejects.toMatchObject({ code: 'unprocessable' });
    expect(bodyOf(await read(id)).hosts).toEqual({});
  });

  it('may point only hosts that the provider has, and those at what the operator allows', async () => {
    await expect(add({ hosts: { nonsense: 'https://example.com' } })).rejects.toMatchObject({
      code: 'unprocessable',
    });
    expect((await add({ hosts: { api: strict.url } })).hosts).toEqual({ api: strict.url });
  });

  it('is of a provider that is installed', async () => {
    await expect(add({ provider: 'nowhere' })).rejects.toMatchObject({
      code: 'unprocessable',
      detail: expect.stringContaining('strict'),
    });
  });

  it('is not there for another tenant', async () => {
    const { id } = await add();
    const other = await addTenant(test.db);
    await expect(read(id, other)).rejects.toMatchObject({ code: 'not_found' });
    const input = { params: { id }, query: undefined, body: { name: 'Mine' } };
    await expect(rig.routes.update(contextOf(other), input)).rejects.toMatchObject({ code: 'not_found' });
    await expect(rig.routes.remove(contextOf(other), { ...input, body: undefined })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('is listed page by page, newest first', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.unshift((await add()).id);
    const page = (cursor?: string) =>
      rig.routes
        .list(contextOf(tenantId), {
          params: undefined,
          query: { limit: 2, provider: 'strict', ...(cursor === undefined ? {} : { cursor }) },
          body: undefined,
        })
        .then(bodyOf);
    const first = await page();
    const second = await page(first.nextCursor ?? '');
    expect([...first.data, ...second.data].map((one) => one.id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });
});

describe('a connection', () => {
  it('is shown with its state and without its tokens, and tests itself with one call', async () => {
    const tokens = { ...strict.grant(), expiresAt: new Date(Date.now() + 3_600_000) };
    const { connectionId } = await plantConnection(rig, tenantId, { provider: 'strict', tokens }, new Date());
    const input = { params: { id: publicId('connection', connectionId) }, query: undefined, body: undefined };
    const shown = bodyOf(await rig.routes.connection(contextOf(tenantId), input));
    const [listed] = bodyOf(
      await rig.routes.connections(contextOf(tenantId), {
        params: undefined,
        query: { limit: 50, status: 'connected' },
        body: undefined,
      }),
    ).data;
    expect(shown).toMatchObject({
      status: 'connected',
      provider: 'strict',
      expiresAt: tokens.expiresAt.toISOString(),
    });
    expect(listed).toEqual(shown);
    expect(JSON.stringify(shown)).not.toMatch(new RegExp(`${tokens.accessToken}|${tokens.refreshToken}`));
    expect(bodyOf(await rig.routes.test(contextOf(tenantId), input))).toMatchObject({
      ok: true,
      message: 'Strict answered',
    });
    strict.before = () => ({ status: 403, body: { error: { message: 'not today' } } });
    expect(bodyOf(await rig.routes.test(contextOf(tenantId), input))).toMatchObject({
      ok: false,
      fault: 'forbidden',
    });
    strict.before = undefined;
    const other = await addTenant(test.db);
    await expect(rig.routes.connection(contextOf(other), input)).rejects.toMatchObject({ code: 'not_found' });
    await expect(rig.routes.test(contextOf(other), input)).rejects.toMatchObject({ code: 'not_found' });
  });
});
