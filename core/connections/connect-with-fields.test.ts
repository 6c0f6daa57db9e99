import { findProvider, providers } from '@mortise/providers';
import { startSandbox, type Sandbox } from '@mortise/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId } from '../kernel/index.ts';
import { addTenant, backend, bodyOf, contextOf, createRig, type Rig } from './testing/rig.ts';

const owners = {
  first: { token: 'c7f35c84-7893-4087-b4fb-d1f06c23a9e1', account: 'helena@northwind-atelier.example' },
  second: { token: '2ab0d916-0c4b-4f7e-8a35-7be1c9d2f604', account: 'otavio@casa-ipe.example' },
};

let test: TestDatabase;
let sandbox: Sandbox;
let rig: Rig;
let tenantId: string;
let integrationId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  sandbox = await startSandbox({ port: 0, contactsPerAccount: 3 });
  const registry = {
    all: providers,
    find: findProvider,
    sandbox: (id: string) => sandbox.providers.find((one) => one.id === id),
  };
  rig = createRig({ db: test.db, registry, allow: ['127.0.0.1:*'] });
});
afterAll(async () => {
  rig.stop();
  await sandbox.close();
  await test.drop();
});
beforeEach(async () => {
  await fetch(`${sandbox.url}/_control/reset`, { method: 'POST' });
  await fetch(`${sandbox.url}/_control/providers/zapsign/requests`, { method: 'DELETE' });
  tenantId = await addTenant(test.db);
  integrationId = (await rig.addIntegration(tenantId, { provider: 'zapsign', environment: 'sandbox' })).id;
});

const connect = async (
  values: Record<string, string>,
  more: { id?: string; reconnect?: string; tenant?: string } = {},
) => {
  const { id = integrationId, reconnect, tenant = tenantId } = more;
  return bodyOf(
    await rig.connect.withFields(contextOf(tenant), {
      params: { id },
      query: undefined,
      body: { values, ...(reconnect === undefined ? {} : { reconnect }) },
    }),
  );
};
const refusal = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);
const rows = (sql: string) => test.db.engine((tx) => tx.query(sql, [tenantId]));
const kept = () => rows('select id, account_id, status from connections where tenant_id = $1 order by id');
const sealed = () => rows('select version, sealed from credentials where tenant_id = $1');
const requests = async () =>
  (await (await fetch(`${sandbox.url}/_control/providers/zapsign/requests`)).json()) as unknown[];
const fault = (kind: string) =>
  fetch(`${sandbox.url}/_control/providers/zapsign/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind, times: 1 }),
  });

describe('connecting by what a person enters', () => {
  it('ends connected: sealed, usable, with event and audit entry in one commit', async () => {
    const connection = await connect({ token: `  ${owners.first.token}\n` });
    expect(connection).toMatchObject({
      provider: 'zapsign',
      status: 'connected',
      accountId: owners.first.account,
    });
    expect(JSON.stringify(connection)).not.toContain(owners.first.token);
    const open = await rig.caller.open(tenantId, bareId('connection', connection.id));
    expect((await open.call(open.provider.test)).status).toBe(200);
    expect(
      await rows(
        `select e.type, a.action, a.actor_name, e.trace_id = a.trace_id and e.xmin = a.xmin as together
           from events e join audit_entries a on a.tenant_id = e.tenant_id and a.action = e.type where e.tenant_id = $1`,
      ),
    ).toEqual([
      { type: 'connection.created', action: 'connection.created', actor_name: 'Ada', together: true },
    ]);
    const [row] = await sealed();
    expect((row!['sealed'] as Buffer).includes(owners.first.token)).toBe(false);
  });

  it.each([
    ['nothing', {}, ['body.values.token']],
    ['only blanks', { token: '  ' }, ['body.values.token']],
    ['a line break inside', { token: 'a\r\nb' }, ['body.values.token']],
    ['what was not asked for', { token: 'x', host: 'y' }, ['body.values.host']],
    ['a name of every object', { token: 'x', constructor: 'y' }, ['body.values.constructor']],
  ])('refuses %s field by field, without asking the provider', async (_name, values, paths) => {
    const error = (await refusal(connect(values))) as {
      code: string;
      issues: { path: string }[];
    };
    expect(error.code).toBe('invalid_request');
    expect(error.issues.map(({ path }) => path)).toEqual(paths);
    expect(await requests()).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  it('keeps nothing of what the provider refuses, and does not repeat it', async () => {
    const error = await refusal(connect({ token: 'not-a-token-of-anybody' }));
    expect(error).toMatchObject({ code: 'wrong_key' });
    expect(String(error) + JSON.stringify(error)).not.toContain('not-a-token');
    expect([await kept(), await sealed()]).toEqual([[], []]);
  });

  it('tells a provider that is away or broken from one that refuses', async () => {
    await fault('server_error');
    const hosts = { api: 'http://127.0.0.1:1' };
    const away = await rig.addIntegration(tenantId, { provider: 'zapsign', environment: 'sandbox', hosts });
    const told = [];
    for (const id of [integrationId, away.id])
      told.push(await refusal(connect({ token: owners.first.token }, { id })));
    expect(told).toMatchObject([{ code: 'provider_unavailable' }, { code: 'provider_unreachable' }]);
    expect(await kept()).toEqual([]);
  });

  it('the same account again is the same connection, which works again', async () => {
    const { id } = await connect({ token: owners.first.token });
    await rows(`update connections set status = 'needs_reconnect', reason = 'x' where tenant_id = $1`);
    expect(await connect({ token: owners.first.token }, { reconnect: id })).toMatchObject({
      id,
      status: 'connected',
      reason: null,
    });
    const types = await rows('select type from events where tenant_id = $1 order by id');
    expect(types.map((one) => one['type'])).toEqual(['connection.created', 'connection.reconnected']);
  });

  it('entered in several windows at once it is one connection', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => connect({ token: owners.first.token })));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await kept()).toHaveLength(1);
  });

  it('another account on a reconnect is refused as such and changes nothing; without it, it is a second connection', async () => {
    const { id } = await connect({ token: owners.first.token });
    const before = await sealed();
    expect(await refusal(connect({ token: owners.second.token }, { reconnect: id }))).toMatchObject({
      code: 'wrong_account',
    });
    expect([await sealed(), await kept()]).toMatchObject([before, [{ account_id: owners.first.account }]]);
    expect((await connect({ token: owners.second.token })).accountId).toBe(owners.second.account);
    expect(await kept()).toHaveLength(2);
  });

  it('what is of another tenant, or not there, is not found', async () => {
    const { id } = await connect({ token: owners.first.token });
    const stranger = await addTenant(test.db);
    const own = (await rig.addIntegration(stranger, { provider: 'zapsign', environment: 'sandbox' })).id;
    const token = owners.first.token;
    for (const attempt of [
      { tenant: stranger },
      { tenant: stranger, id: own, reconnect: id },
      { reconnect: `conn_${'0'.repeat(26)}` },
    ])
      expect(await refusal(connect({ token }, attempt))).toMatchObject({ code: 'not_found' });
  });

  it('is not for a provider that is connected by consent', async () => {
    const { id } = await rig.addIntegration(tenantId, { provider: 'hubspot', environment: 'sandbox' });
    expect(await refusal(connect({ token: 'x' }, { id }))).toMatchObject({ code: 'unprocessable' });
    const body = {};
    const start = rig.connect.start(contextOf(tenantId, { actor: backend }), {
      params: { provider: 'zapsign' },
      query: undefined,
      body,
    });
    expect(await refusal(Promise.resolve(start))).toMatchObject({ code: 'unprocessable' });
  });

  it('the gallery tells what has to be entered, and nothing that was', async () => {
    const { data } = bodyOf(
      await rig.routes.providers(contextOf(tenantId), {
        params: undefined,
        query: undefined,
        body: undefined,
      }),
    );
    expect(data.find(({ id }) => id === 'zapsign')).toMatchObject({
      fields: [{ name: 'token', secret: true, required: true }],
      inputs: [],
      hosts: ['api'],
    });
    for (const { auth, id } of providers) {
      const shown = data.find((one) => one.id === id);
      const expected = auth.kind === 'oauth2' ? { fields: [], inputs: auth.inputs } : { fields: auth.fields };
      expect(shown).toMatchObject(expected);
    }
  });
});
