import {
  connectWithFields,
  createIntegration,
  disconnectAccount,
  listAudit,
  readConnection,
  readIntegrationStatus,
  refreshAccount,
  testIntegration,
  updateConnection,
  validateIntegration,
} from '@mortise/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestPerson, type TestServer } from './testing/start-test-server.ts';

const token = 'c7f35c84-7893-4087-b4fb-d1f06c23a9e1';
const accountId = 'helena@northwind-atelier.example';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner();
});
afterAll(() => server.stop());

const add = async (provider: string, more: object = { environment: 'sandbox' }) =>
  (await owner.client.call(createIntegration, { body: { provider, name: provider, ...more } })).id;
const connect = (id: string, value = token) =>
  owner.client.call(connectWithFields, { params: { id }, body: { values: { token: value } } });
const path = { provider: 'zapsign', accountId };

test('an account is connected by a token, found by its id at the provider, and disconnected by it', async () => {
  const id = await add('zapsign');
  await expect(connect(id, '')).rejects.toMatchObject({
    code: 'invalid_request',
    issues: [{ path: 'body.values.token' }],
  });
  await expect(connect(id, 'nobody-has-this-token')).rejects.toMatchObject({ code: 'wrong_key' });
  const connection = await connect(id);
  expect(connection).toMatchObject({ status: 'connected', accountId });
  const before = await owner.client.call(readIntegrationStatus);
  expect(before.complete).toBe(true);
  expect(before.data.find(({ integrationId }) => integrationId === id)?.connections).toMatchObject([
    { id: connection.id, accountId, status: 'connected', reason: null, expiresAt: null },
  ]);
  await expect(owner.client.call(refreshAccount, { params: path, query: {} })).rejects.toMatchObject({
    code: 'unprocessable',
  });

  const second = await add('zapsign');
  await connect(second);
  await expect(owner.client.call(disconnectAccount, { params: path, query: {} })).rejects.toMatchObject({
    code: 'unprocessable',
  });
  await owner.client.call(disconnectAccount, { params: path, query: { integrationId: id } });
  expect(await owner.client.call(readConnection, { params: { id: connection.id } })).toMatchObject({
    status: 'disconnected',
  });
  const after = await owner.client.call(readIntegrationStatus);
  expect(after.data.find(({ integrationId }) => integrationId === id)?.connections).toMatchObject([
    { status: 'disconnected' },
  ]);
  const audit = await owner.client.call(listAudit, { query: {} });
  expect(audit.data.map(({ action }) => action)).toContain('connection.disconnected');
});

test('what one tenant has connected is not there for another', async () => {
  const other = await server.createTenant('Other');
  const stranger = await server.member(other.id, 'owner');
  await expect(stranger.client.call(disconnectAccount, { params: path, query: {} })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(stranger.client.call(refreshAccount, { params: path, query: {} })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect((await stranger.client.call(readIntegrationStatus)).data).toEqual([]);
});

test('a connection carries the tenant’s own label and metadata, changed by who has read the latest', async () => {
  const connection = await connect(await add('zapsign'));
  const params = { id: connection.id };
  const noted = await owner.client.call(
    updateConnection,
    { params, body: { label: 'Sales “north” 🚀', metadata: { owner: "O'Hara", note: 'é\n"x"' } } },
    { ifMatch: connection.version },
  );
  expect(noted).toMatchObject({ label: 'Sales “north” 🚀', metadata: { owner: "O'Hara", note: 'é\n"x"' } });
  await expect(
    owner.client.call(updateConnection, { params, body: { label: null } }, { ifMatch: connection.version }),
  ).rejects.toMatchObject({ code: 'version_mismatch' });
  const again = await connect(connection.integrationId);
  expect(again).toEqual({ ...noted, updatedAt: again.updatedAt });
  const refused = async (body: string) => {
    const answer = await owner.fetch(`/api/connections/${connection.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  for (const body of ['{"label":"a\\u0000b"}', '{"metadata":{"a":"\\ud800"}}'])
    expect(await refused(body)).toEqual([400, 'invalid_request']);
  const viewer = await server.member(owner.tenantId, 'viewer');
  await expect(
    viewer.client.call(updateConnection, { params, body: { label: 'Mine' } }),
  ).rejects.toMatchObject({ code: 'forbidden' });
});

test('settings are tried before they are saved: addresses, client, provider', async () => {
  const { client, hosts } = server.sandbox!.providers.find(({ id }) => id === 'hubspot')!;
  const attempt = (body: object) =>
    owner.client.call(testIntegration, { body: { provider: 'hubspot', ...body } });
  const failing = async (body: object) =>
    (await attempt(body)).checks.filter(({ ok }) => !ok).map(({ name }) => name);
  const good = { hosts, clientId: client.id, clientSecret: client.secret };
  expect(await attempt(good)).toMatchObject({ ok: true });
  expect(await attempt({ environment: 'sandbox' })).toMatchObject({ ok: true });
  expect(await failing({ ...good, clientSecret: 'wrong-secret' })).toEqual(['client']);
  expect(await failing({ hosts, clientId: client.id })).toEqual(['client']);
  expect(await failing({ ...good, hosts: { api: 'http://127.0.0.1:1' } })).toEqual(['provider']);
  expect(await failing({ ...good, hosts: { api: 'http://169.254.169.254' } })).toEqual(['hosts']);
  expect(await failing({ ...good, hosts: { nowhere: 'https://a.example' } })).toEqual(['hosts']);
  await expect(attempt({ provider: 'unheard-of' })).rejects.toMatchObject({ code: 'invalid_request' });
  expect(await owner.client.call(testIntegration, { body: { integrationId: await add('zapsign') } })).toEqual(
    {
      ok: true,
      checks: [
        expect.objectContaining({ name: 'hosts' }),
        expect.objectContaining({ name: 'provider', ok: true }),
      ],
    },
  );
});

test('the secret that is kept is not sent to addresses that are only tried', async () => {
  const { client, hosts } = server.sandbox!.providers.find(({ id }) => id === 'hubspot')!;
  const settings = { environment: 'live', clientId: client.id, clientSecret: client.secret, hosts };
  const integrationId = await add('hubspot', settings);
  expect(await owner.client.call(testIntegration, { body: { integrationId } })).toMatchObject({ ok: true });
  const moved = await owner.client.call(testIntegration, {
    body: { integrationId, hosts: { api: server.url } },
  });
  expect(moved.checks.find(({ ok }) => !ok)).toMatchObject({ name: 'client' });
});

test('settings and entries are judged without a call to the provider', async () => {
  const judge = async (body: object) => {
    const { valid, issues } = await owner.client.call(validateIntegration, {
      body: { provider: 'zapsign', ...body },
    });
    expect(valid).toBe(issues.length === 0);
    return issues.map((issue) => issue.path);
  };
  const asked = async () => {
    const url = `${server.sandbox!.url}/_control/providers/zapsign/requests`;
    return ((await (await fetch(url)).json()) as unknown[]).length;
  };
  const before = await asked();
  expect(await judge({ settings: { name: 'Mine' }, values: { token } })).toEqual([]);
  expect(await judge({ settings: { name: '' } })).toEqual(['body.settings.name']);
  expect(await judge({ settings: { hosts: { api: 'http://10.0.0.1' } } })).toEqual([
    'body.settings.hosts.api',
  ]);
  expect(await judge({ settings: { hosts: { other: 'https://a.example' } } })).toEqual([
    'body.settings.hosts.other',
  ]);
  expect(await judge({ values: {} })).toEqual(['body.values.token']);
  expect(await judge({ provider: 'unheard-of' })).toEqual(['body.provider']);
  expect(await asked()).toBe(before);
});
