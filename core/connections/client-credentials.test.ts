import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, FakeClock } from '../kernel/index.ts';
import { createCourier } from './courier.ts';
import { createRenewer } from './create-renewer.ts';
import { startMachineProvider, type MachineProvider } from './testing/machine-provider.ts';
import { addTenant, backend, bodyOf, contextOf, createRig, type Rig } from './testing/rig.ts';
import { startTestCourier } from './testing/start-test-courier.ts';

const me = { method: 'GET', url: 'api:/me' } as const;
const portal = { portal: '127.0.0.1' };

let test: TestDatabase;
let machine: MachineProvider;
let clock: FakeClock;
let rig: Rig;
let tenantId: string;
let integrationId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  machine = await startMachineProvider();
  clock = new FakeClock(new Date());
  const registry = {
    all: [machine.provider],
    find: (id: string) => (id === 'machine' ? machine.provider : undefined),
    sandbox: () => undefined,
  };
  rig = createRig({ db: test.db, registry, allow: ['127.0.0.1:*'], clock });
  tenantId = await addTenant(test.db);
  integrationId = (await addIntegration({})).id;
});
afterEach(async () => {
  rig.stop();
  await machine.close();
});

function addIntegration(more: object) {
  const { id: clientId, secret: clientSecret } = machine.client;
  return rig.addIntegration(tenantId, {
    provider: 'machine',
    environment: 'live',
    clientId,
    clientSecret,
    ...more,
  });
}
const connect = async (
  more: { id?: string; reconnect?: string; values?: Record<string, string>; actor?: typeof backend } = {},
) => {
  const { id = integrationId, reconnect, values = portal, actor } = more;
  return bodyOf(
    await rig.connect.withFields(contextOf(tenantId, actor === undefined ? {} : { actor }), {
      params: { id },
      query: undefined,
      body: { values, ...(reconnect === undefined ? {} : { reconnect }) },
    }),
  );
};
const refusal = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);
const query = (sql: string) => test.db.engine((tx) => tx.query(sql, [tenantId]));
const connectionOf = async () =>
  (await query('select status, reason from connections where tenant_id = $1'))[0];
const background = () =>
  rig.jobs.tasks['connections.refresh'].handler({}, { signal: new AbortController().signal });
const openOf = async ({ id }: { id: string }) => rig.caller.open(tenantId, bareId('connection', id));
const wrong = { status: 401, body: { error: 'invalid_client' } };

describe('connecting', () => {
  it.each([
    ['a person', undefined],
    ['a backend', backend],
  ])('needs nobody’s consent: %s gets a connection at once, which works', async (_who, actor) => {
    const connection = await connect(actor === undefined ? {} : { actor });
    expect(connection).toMatchObject({
      provider: 'machine',
      status: 'connected',
      accountId: '1',
      accountName: 'Account 1',
      scopes: ['records.read'],
    });
    expect(machine.exchanges.map((form) => form.get('scope'))).toEqual(['records.read']);
    expect((await (await openOf(connection)).call(me)).status).toBe(200);
    expect(machine.exchanges).toHaveLength(1);
    expect(await connect()).toMatchObject({ id: connection.id });
  });

  it('keeps nothing where the client is refused, and says which setting is wrong without repeating it', async () => {
    machine.refusal = wrong;
    const error = await refusal(connect());
    expect(error).toMatchObject({ code: 'wrong_client' });
    expect(String(error)).toMatch(/Check both in the integration's settings/);
    machine.refusal = undefined;
    machine.client.secret = 'changed there';
    const repeating = await refusal(connect());
    expect(String(repeating)).not.toContain('Basic');
    expect(await connectionOf()).toBeUndefined();
  });

  it('asks for the client first, and for what the address lacks', async () => {
    const { id } = await addIntegration({ clientId: null, clientSecret: null });
    expect(await refusal(connect({ id }))).toMatchObject({ code: 'unprocessable' });
    expect(await refusal(connect({ values: {} }))).toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'body.values.portal', message: 'Portal is needed.' }],
    });
    expect(await refusal(connect({ values: { portal: 'evil.example/@x' } }))).toMatchObject({
      code: 'invalid_request',
    });
    expect(machine.exchanges).toEqual([]);
  });

  it('is not begun in a browser: that way names this one', async () => {
    const input = { params: { provider: 'machine' }, query: undefined, body: { integrationId: undefined } };
    const error = await refusal(
      rig.connect.start(contextOf(tenantId), { ...input, body: { inputs: portal } }),
    );
    expect(String(error)).toMatch(/POST \/api\/integrations\/int_\w+\/connections/);
  });

  it('mends the same account alone', async () => {
    const { id } = await connect();
    machine.account = '2';
    expect(await refusal(connect({ reconnect: id }))).toMatchObject({ code: 'wrong_account' });
    machine.account = '1';
    // The address is known from before.
    expect(await connect({ reconnect: id, values: {} })).toMatchObject({ id });
  });

  it('asks for the integration’s own scopes, then and at every renewal', async () => {
    const { id } = await addIntegration({ scopes: ['a', 'b'] });
    const connection = await connect({ id });
    expect(connection.scopes).toEqual(['a', 'b']);
    clock.advance(3_500_000);
    await background();
    expect(machine.exchanges.map((form) => form.get('scope'))).toEqual(['a b', 'a b']);
    clock.advance(3_600_000);
    await (await openOf(connection)).call(me);
    expect(machine.exchanges.at(-1)?.get('scope')).toBe('a b');
  });

  it('is tried with what stands in a form, and nothing is kept', async () => {
    const body = { integrationId, environment: 'live' as const, values: portal };
    const input = { params: undefined, query: undefined, body };
    expect(bodyOf(await rig.connect.test(contextOf(tenantId), input))).toMatchObject({ ok: true });
    machine.refusal = wrong;
    expect(bodyOf(await rig.connect.test(contextOf(tenantId), input)).checks).toMatchObject([
      { name: 'hosts', ok: true },
      { name: 'client', ok: false, fault: 'wrong_client' },
      { name: 'provider', ok: true },
    ]);
    expect(await connectionOf()).toBeUndefined();
  });
});

describe('what is entered', () => {
  it('is judged by all who judge it as it is when the account is connected', async () => {
    const judge = async (values: Record<string, string>, hosts?: { api: string }) => {
      const { id } = hosts === undefined ? { id: integrationId } : await addIntegration({ hosts });
      const settings = hosts === undefined ? {} : { hosts };
      const validation = await rig.connect.validate(contextOf(tenantId), {
        params: undefined,
        query: undefined,
        body: { provider: 'machine', settings, values },
      });
      const body = { integrationId: id, environment: 'live' as const, values };
      const input = { params: undefined, query: undefined, body };
      const refused = async (promise: Promise<unknown>) => (await refusal(promise)) !== undefined;
      return [
        !bodyOf(validation).valid,
        await refused(rig.connect.test(contextOf(tenantId), input)),
        await refused(connect({ id, values })),
      ];
    };
    expect(await judge(portal)).toEqual([false, false, false]);
    expect(await judge({})).toEqual([true, true, true]);
    expect(await judge({ portal: 'evil.example/@x' })).toEqual([true, true, true]);
    expect(await judge({}, { api: machine.url })).toEqual([false, false, false]);
  });
});

describe('a token', () => {
  it('that nears its end is exchanged anew ahead of it, once, and the calls never wait', async () => {
    const connection = await connect();
    await background();
    expect(machine.exchanges).toHaveLength(1);
    clock.advance(3_600_000 - 14 * 60_000);
    await Promise.all([background(), background()]);
    expect(machine.exchanges).toHaveLength(2);
    await (await openOf(connection)).call(me);
    expect(machine.exchanges).toHaveLength(2);
  });

  it('that has lapsed, or is refused, is exchanged once for all callers', async () => {
    const connection = await connect();
    clock.advance(3_600_000);
    const opens = await Promise.all(Array.from({ length: 12 }, () => openOf(connection)));
    await Promise.all(opens.map((open) => open.call(me)));
    expect(machine.exchanges).toHaveLength(2);
    machine.expireAll();
    await Promise.all(opens.map((open) => open.call(me)));
    expect(machine.exchanges).toHaveLength(3);
    expect(await connectionOf()).toMatchObject({ status: 'connected' });
  });

  it('is renewed by the courier, as all are', async () => {
    const { id } = await connect();
    const connectionId = bareId('connection', id);
    const [row] = (await query('select version from credentials where tenant_id = $1')) as {
      version: number;
    }[];
    const courier = createCourier({
      start: startTestCourier,
      setUp: { databaseUrl: test.url, providerUrl: machine.url, leaseMs: 30_000 },
      here: createRenewer(rig),
      logger: { warn: (_details, message) => expect.unreachable(message) },
    });
    try {
      const job = { tenantId, connectionId, version: row!.version, owner: connectionId };
      expect(await courier.renew(job)).toMatchObject({ kind: 'stored' });
      machine.refusal = wrong;
      const [next] = (await query('select version from credentials where tenant_id = $1')) as {
        version: number;
      }[];
      expect(await courier.renew({ ...job, version: next!.version })).toMatchObject({
        kind: 'refused',
        clientRefused: true,
        unsure: false,
      });
    } finally {
      await courier.close();
    }
    expect(machine.exchanges).toHaveLength(2);
  }, 30_000);

  it('that cannot be renewed while the provider is away is tried again soon, and works meanwhile', async () => {
    const connection = await connect();
    machine.refusal = { status: 502, body: {} };
    clock.advance(3_600_000 - 14 * 60_000);
    await background();
    await (await openOf(connection)).call(me);
    machine.refusal = undefined;
    // Long before the token lapses.
    clock.advance(2 * 60_000);
    await background();
    expect(machine.exchanges).toHaveLength(2);
    expect(await connectionOf()).toMatchObject({ status: 'connected' });
  });

  it('whose client is refused works to its end; then the account waits, and says which setting is wrong', async () => {
    const connection = await connect();
    machine.refusal = wrong;
    clock.advance(3_600_000 - 14 * 60_000);
    await background();
    await (await openOf(connection)).call(me);
    expect(await connectionOf()).toEqual({ status: 'connected', reason: null });
    clock.advance(14 * 60_000);
    await background();
    expect(await connectionOf()).toEqual({
      status: 'needs_reconnect',
      reason:
        'Machine no longer accepts the client id and secret of this integration. Check them in its settings, then connect the account again.',
    });
    expect(
      await query("select count(*)::int as n from events where tenant_id = $1 and type like '%needs%'"),
    ).toEqual([{ n: 1 }]);
    await expect(openOf(connection)).rejects.toMatchObject({ code: 'needs_reconnect' });
    machine.refusal = undefined;
    expect(await connect({ reconnect: connection.id })).toMatchObject({
      id: connection.id,
      status: 'connected',
    });
  });

  it('of a client that opens another account by now is never kept: the account waits, and its calls do not go there', async () => {
    const connection = await connect();
    machine.account = '2';
    const other = await connect();
    expect(other.id).not.toBe(connection.id);
    clock.advance(3_600_000 - 14 * 60_000);
    await background();
    const account = async () => (await (await openOf(connection)).call(me)).json();
    expect(await account()).toMatchObject({ id: '1' });
    clock.advance(14 * 60_000);
    await background();
    await expect(openOf(connection)).rejects.toMatchObject({ code: 'needs_reconnect' });
    const rows = await query(
      'select account_id, status, reason from connections where tenant_id = $1 order by 1',
    );
    expect(rows).toEqual([
      {
        account_id: '1',
        status: 'needs_reconnect',
        reason: expect.stringMatching(/opens another account of Machine/) as string,
      },
      { account_id: '2', status: 'connected', reason: null },
    ]);
    machine.account = '1';
    expect(await connect({ reconnect: connection.id })).toMatchObject({
      id: connection.id,
      status: 'connected',
    });
  });

  it('of which the provider does not say whose it is is not kept, and is exchanged again soon', async () => {
    const connection = await connect();
    clock.advance(3_600_000 - 14 * 60_000);
    machine.silent = true;
    await background();
    machine.silent = false;
    expect(await connectionOf()).toEqual({ status: 'connected', reason: null });
    await (await openOf(connection)).call(me);
    expect(machine.exchanges).toHaveLength(2);
    clock.advance(2 * 60_000);
    await background();
    expect(machine.exchanges).toHaveLength(3);
    expect(await connectionOf()).toEqual({ status: 'connected', reason: null });
  });

  it('that is refused in the middle of a call, with a client that is refused too, ends the same at once', async () => {
    const connection = await connect();
    const open = await openOf(connection);
    machine.expireAll();
    machine.refusal = wrong;
    await expect(open.call(me)).rejects.toMatchObject({ needsReconnect: true });
    expect(await connectionOf()).toMatchObject({
      status: 'needs_reconnect',
      reason: expect.stringMatching(/client id and secret/) as string,
    });
  });
});
