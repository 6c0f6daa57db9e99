import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { integrationSettings, updateConnection } from '@mortise/contract';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, publicId } from '../kernel/index.ts';
import { ProviderCallError } from './caller.ts';
import { createProxy } from './proxy.ts';
import { plantConnection } from './testing/connected.ts';
import { addTenant, bodyOf, contextOf, createRig, headerOf, type Rig } from './testing/rig.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

const me = { method: 'GET', url: 'api:/me' } as const;
const never = new AbortController().signal;

let test: TestDatabase;
let strict: StrictIdentityProvider;
let clock: FakeClock;
let rig: Rig;
/** Another process of the same installation. */
let peer: Rig;
let tenantId: string;
let connectionId: string;
let integration: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  strict = await startStrictIdentityProvider();
  clock = new FakeClock(new Date());
  const registry = strictRegistry(strict.provider);
  const sleep = async (ms: number) => clock.advance(ms);
  rig = createRig({ db: test.db, registry, allow: ['127.0.0.1:*'], clock, sleep });
  peer = createRig({ db: test.db, registry, allow: ['127.0.0.1:*'], clock, sleep });
  tenantId = await addTenant(test.db);
  const tokens = { ...strict.grant(), expiresAt: new Date(clock.now().getTime() + 360_000_000) };
  const planted = await plantConnection(rig, tenantId, { provider: 'strict', tokens }, clock.now());
  connectionId = planted.connectionId;
  integration = publicId('integration', planted.integrationId);
});
afterEach(async () => {
  rig.stop();
  peer.stop();
  await strict.close();
});

type Settings = Parameters<Rig['routes']['update']>[1]['body'];
/** As the settings page does, in the other process. */
const change = (body: Settings, headers: Record<string, string> = {}) =>
  peer.routes.update(contextOf(tenantId, { headers }), {
    params: { id: integration },
    query: undefined,
    body,
  });
const asked = () => strict.seen.length;

describe("an integration's own settings", () => {
  it('are shown as they are kept, null and everything on at first, and a change of them is audited', async () => {
    const first = bodyOf(
      await rig.routes.read(contextOf(tenantId), {
        params: { id: integration },
        query: undefined,
        body: undefined,
      }),
    );
    expect(first).toMatchObject({
      timeoutMs: null,
      retries: null,
      features: { resources: null, proxy: true, webhooks: true },
    });
    const settings = { timeoutMs: 5_000, retries: 0, features: { proxy: false } };
    const changed = bodyOf(await change(settings, { 'if-match': `"${first.version}"` }));
    expect(changed).toMatchObject({
      timeoutMs: 5_000,
      retries: 0,
      features: { resources: null, proxy: false, webhooks: true },
      version: first.version + 1,
    });
    await expect(change({ retries: 1 }, { 'if-match': `"${first.version}"` })).rejects.toMatchObject({
      code: 'version_mismatch',
    });
    const entries = await test.db.engine((tx) =>
      tx.query(`select details from audit_entries where tenant_id = $1 and action = 'integration.updated'`, [
        tenantId,
      ]),
    );
    expect(entries).toEqual([{ details: { changed: ['timeoutMs', 'retries', 'features'], ...settings } }]);
  });

  it('are bounded, and name only what the provider has', async () => {
    const takes = (body: object) => integrationSettings.partial().safeParse(body).success;
    expect([1_000, 120_000].every((timeoutMs) => takes({ timeoutMs }))).toBe(true);
    expect([0, 999, 120_001, 1_500.5].some((timeoutMs) => takes({ timeoutMs }))).toBe(false);
    expect([-1, 11, 0.5].some((retries) => takes({ retries }))).toBe(false);
    for (const api of ['ftp://example.com', 'javascript:alert(1)', 'file:///etc/passwd', 'example.com'])
      expect(takes({ hosts: { api } })).toBe(false);
    await expect(change({ features: { resources: ['nothing'] } })).rejects.toMatchObject({
      code: 'unprocessable',
      detail: expect.stringContaining('nothing'),
    });
    for (const api of ['http://169.254.169.254', 'http://10.0.0.1', 'http://user:pass@example.com'])
      await expect(change({ hosts: { api } })).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('decide how often a call is tried again, and never repeat what must not be repeated', async () => {
    const open = await rig.caller.open(tenantId, connectionId);
    const post = { method: 'POST', url: 'api:/me' } as const;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 10 }),
        fc.constantFrom(500, 503, 429),
        async (retries, status) => {
          await change({ retries });
          strict.before = () => ({ status });
          for (const spec of [me, post]) {
            const before = asked();
            await expect(open.call(spec)).rejects.toBeInstanceOf(ProviderCallError);
            // A request that was throttled has not been carried out: even a POST may go again.
            const again = spec === me || status === 429 ? retries : 0;
            expect(asked() - before).toBe(1 + again);
          }
        },
      ),
      { numRuns: 20 },
    );
    await change({ retries: null });
    strict.before = () => ({ status: 500 });
    const before = asked();
    await expect(open.call(me)).rejects.toBeInstanceOf(ProviderCallError);
    expect(asked() - before).toBe(4);
  });

  it('decide how long a call waits for its answer', async () => {
    const open = await rig.caller.open(tenantId, connectionId);
    await change({ timeoutMs: 1_000, retries: 0 });
    let release = () => {};
    strict.before = () => new Promise((resolve) => (release = () => resolve(undefined)));
    await expect(open.call(me)).rejects.toMatchObject({ cause: { code: 'EGRESS_TIMEOUT' } });
    release();
    const streaming = rig.caller.open(tenantId, connectionId).then((one) => one.stream(me));
    await expect(streaming).rejects.toMatchObject({ cause: { code: 'EGRESS_TIMEOUT' } });
    release();
  });

  it('hold from the next call on, in every process, on connections that are open already: addresses and client too', async () => {
    const open = await rig.caller.open(tenantId, connectionId);
    expect((await open.call(me)).status).toBe(200);
    await change({ hosts: { api: 'http://127.0.0.1:1' }, retries: 0 });
    await expect(open.call(me)).rejects.toMatchObject({ cause: { code: 'EGRESS_CONNECT' } });
    await change({ hosts: {} });
    expect((await open.call(me)).status).toBe(200);
  });

  it('switch the proxy off for who has it open too, with the reason, and leave other calls alone', async () => {
    const logger = { error: () => {} };
    const proxy = createProxy({ db: test.db, caller: rig.caller, logger });
    const context = {
      tenantId,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      actor: contextOf(tenantId).actor,
    };
    const request = {
      connectionId: publicId('connection', connectionId),
      method: 'GET' as const,
      target: '/me',
      headers: {},
      body: undefined,
      signal: never,
    };
    const answer = await proxy.send(context, request);
    await answer.body.toArray();
    expect(answer.status).toBe(200);
    const held = await rig.caller.open(tenantId, connectionId, 'proxy');
    await change({ features: { proxy: false } });
    const before = asked();
    const off = {
      code: 'feature_off',
      status: 403,
      detail: expect.stringContaining('proxy is switched off'),
    };
    await expect(proxy.send(context, request)).rejects.toMatchObject(off);
    await expect(held.stream(me)).rejects.toMatchObject(off);
    expect(asked()).toBe(before);
    expect((await (await rig.caller.open(tenantId, connectionId)).call(me)).status).toBe(200);
    await change({ features: { proxy: true } });
    expect((await held.stream(me)).status).toBe(200);
    await proxy.settled();
  });
});

describe("a tenant's own notes on a connection", () => {
  const note = (body: object, headers: Record<string, string> = {}) =>
    rig.routes.settings(contextOf(tenantId, { headers }), {
      params: { id: publicId('connection', connectionId) },
      query: undefined,
      body: updateConnection.body.parse(body),
    });

  it('are changed each by itself, only by who has read the latest when they say which, with an audit entry', async () => {
    const first = await note({ label: ' Sales ', metadata: { team: 'north', 'cost centre': '12' } });
    expect(bodyOf(first)).toMatchObject({ label: 'Sales', metadata: { team: 'north', 'cost centre': '12' } });
    const ifMatch = { 'if-match': headerOf(first, 'etag') };
    expect(bodyOf(await note({ label: null }, ifMatch))).toMatchObject({
      label: null,
      metadata: { team: 'north' },
    });
    await expect(note({ metadata: {} }, ifMatch)).rejects.toMatchObject({ code: 'version_mismatch' });
    expect(bodyOf(await note({ metadata: { team: 'south' } }))).toMatchObject({
      metadata: { team: 'south' },
      accountMetadata: {},
    });
    const audit = await test.db.engine((tx) =>
      tx.query(
        `select details from audit_entries where tenant_id = $1 and action = 'connection.updated' order by id`,
        [tenantId],
      ),
    );
    expect(audit.map(({ details }) => details)).toEqual([
      { changed: ['label', 'metadata'] },
      { changed: ['label'] },
      { changed: ['metadata'] },
    ]);
  });

  it('are not there for another tenant', async () => {
    const other = await addTenant(test.db);
    const input = { params: { id: publicId('connection', connectionId) }, query: undefined, body: {} };
    await expect(rig.routes.settings(contextOf(other), input)).rejects.toMatchObject({ code: 'not_found' });
  });
});
