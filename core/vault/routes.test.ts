import { randomBytes } from 'node:crypto';
import { keyRotation, masterKeyStatus, tenantKey } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId, Reply, traceIdOf, type RequestContext } from '../kernel/index.ts';
import { masterKey } from './cipher.ts';
import { createVault, vaultJobs, vaultRoutes } from './index.ts';
import { masterTenantId } from './rotation-store.ts';
import { addTenant, depsFor, openAll, plant } from './testing/rotation-rig.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const signal = new AbortController().signal;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => void (test = await createTestDatabase({ max: 4 })));
afterAll(() => test.drop());
beforeEach(async () => void (tenantId = await addTenant(test.db)));

const contextOf = (tenant: string): RequestContext => ({
  actor: { kind: 'user', id: null, name: 'Ada' },
  userId: null,
  tenantId: tenant,
  role: 'owner',
  requestId: 'r',
  traceId: traceIdOf(newId()),
  ip: '127.0.0.1',
  cookie: () => undefined,
  headers: {},
});
const bodyOf = <T>(answer: T | Reply<T>): T => (answer instanceof Reply ? answer.body : answer);
const listInput = (cursor?: string) => ({
  params: undefined,
  body: undefined,
  query: { limit: 1, ...(cursor === undefined ? {} : { cursor }) },
});
const startInput = { params: undefined, query: undefined, body: { kind: 'tenant' as const } };
const noInput = { params: undefined, query: undefined, body: undefined };

it('an owner starts a rotation of their tenant key, follows its progress and sees no other tenant’s', async () => {
  const deps = depsFor(test.db, [first]);
  const routes = vaultRoutes(deps);
  const all = await plant(test.db, createVault({ masterKeys: [first] }), tenantId, 2);
  const other = await addTenant(test.db);
  const start = (tenant: string) =>
    test.db.tenant(tenant, (tx: Tx) => routes.start(contextOf(tenant), startInput, tx)).then(bodyOf);
  const list = async (tenant: string, cursor?: string) =>
    bodyOf(await routes.list(contextOf(tenant), listInput(cursor)));

  const keyOf = async (tenant: string) =>
    tenantKey.parse(bodyOf(await routes.readKey(contextOf(tenant), noInput)));
  const before = await keyOf(tenantId);
  expect(before).toEqual({ createdAt: expect.any(String), olderKeys: 0 });
  expect(await keyOf(other)).toEqual({ createdAt: null, olderKeys: 0 });

  const asked = keyRotation.parse(await start(tenantId));
  expect(asked).toMatchObject({ kind: 'tenant', state: 'queued', total: null, done: 0, requestedBy: 'Ada' });
  // While one is open, another request finds it, and adds its job again under the same key.
  expect(await start(tenantId)).toEqual(asked);
  expect(deps.jobs).toHaveLength(2);
  expect(deps.jobs[1]).toEqual(deps.jobs[0]);
  expect(deps.audited).toEqual([{ tenantId, action: 'vault.rotation_requested' }]);

  const [job] = deps.jobs as { tenantId: string; rotationId: string }[];
  await vaultJobs(deps).tasks['vault.rotate'].handler(job!, { signal, attempt: 1 });
  expect((await list(tenantId)).data).toMatchObject([
    { state: 'succeeded', total: 10, done: 10, error: null },
  ]);
  expect((await openAll(test.db, [first], all)).texts).toEqual(all.map(({ text }) => text));

  const after = await keyOf(tenantId);
  expect(after.olderKeys).toBe(1);
  expect(Date.parse(after.createdAt!)).toBeGreaterThan(Date.parse(before.createdAt!));

  // An hour has to pass for the old key, none for the next rotation.
  await start(tenantId);
  const page = await list(tenantId);
  expect(page.data.map(({ state }) => state)).toEqual(['queued']);
  expect((await list(tenantId, page.nextCursor!)).data.map(({ state }) => state)).toEqual(['succeeded']);
  expect((await list(other)).data).toEqual([]);
});

it('a request that is rolled back leaves no rotation', async () => {
  const routes = vaultRoutes(depsFor(test.db, [first]));
  const failing = test.db.tenant(tenantId, async (tx) => {
    await routes.start(contextOf(tenantId), startInput, tx);
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  expect(bodyOf(await routes.list(contextOf(tenantId), listInput())).data).toEqual([]);
});

it('the operator rotates the master key and is told when the previous one may be dropped, not before', async () => {
  const fresh = await createTestDatabase({ max: 4 });
  const old = createVault({ masterKeys: [first] });
  await old.checkMasterKey(fresh.db);
  for (let n = 0; n < 5; n++) await plant(fresh.db, old, await addTenant(fresh.db), 1);
  await createVault({ masterKeys: [second, first] }).checkMasterKey(fresh.db);

  const deps = depsFor(fresh.db, [second, first]);
  const routes = vaultRoutes(deps);
  const context = contextOf(masterTenantId);
  const read = async () => masterKeyStatus.parse(bodyOf(await routes.readMaster(context, noInput)));
  const keys = { masterKeyId: masterKey(second).id, previousKeyIds: [masterKey(first).id] };
  expect(await read()).toEqual({ ...keys, underOthers: 5, previousMayBeDropped: false, rotation: null });

  const asked = bodyOf(await fresh.db.engine((tx) => routes.startMaster(context, noInput, tx)));
  expect(asked).toMatchObject({ underOthers: 5, previousMayBeDropped: false, rotation: { state: 'queued' } });
  const [job] = deps.jobs as { tenantId: string; rotationId: string }[];
  await vaultJobs(deps).tasks['vault.rotate'].handler(job!, { signal, attempt: 1 });
  expect(await read()).toMatchObject({
    ...keys,
    underOthers: 0,
    previousMayBeDropped: true,
    rotation: { kind: 'master', state: 'succeeded', total: 5, done: 5, failed: 0 },
  });
  expect(deps.audited.map(({ action }) => action)).toEqual([
    'vault.master_rotation_requested',
    'vault.master_key_rotated',
  ]);
  await fresh.drop();
});
