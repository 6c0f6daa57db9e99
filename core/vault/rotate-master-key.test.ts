import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { masterKey } from './cipher.ts';
import { createVault, VaultError } from './index.ts';
import { rotateMasterKey } from './rotate-master-key.ts';
import { rotateTenantKey } from './rotate-tenant-key.ts';
import {
  addTenant,
  depsFor,
  dieEverywhere,
  dyingAt,
  openAll,
  plant,
  queueRotation,
  readRotation,
  type Kept,
} from './testing/rotation-rig.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const neverAborted = new AbortController().signal;
const textsOf = (all: readonly Kept[]) => all.map(({ text }) => text);

describe('a rotation of the master key', () => {
  let fresh: TestDatabase;
  let tenants: { tenantId: string; all: Kept[] }[];
  const target = masterKey(second).id;
  const both = [second, first];
  const texts = () => Promise.all(tenants.map(async ({ all }) => (await openAll(fresh.db, both, all)).texts));
  const expected = () => tenants.map(({ all }) => textsOf(all));
  const refusal = (act: Promise<unknown>) =>
    act.then(
      () => 'let through',
      (error: unknown) => (error instanceof VaultError ? error.code : String(error)),
    );

  beforeEach(async () => {
    fresh = await createTestDatabase({ max: 8 });
    const old = createVault({ masterKeys: [first] });
    await old.checkMasterKey(fresh.db);
    tenants = [];
    for (let n = 0; n < 7; n++) {
      const id = await addTenant(fresh.db);
      tenants.push({ tenantId: id, all: await plant(fresh.db, old, id, 1) });
    }
    await createVault({ masterKeys: both }).checkMasterKey(fresh.db);
    return () => fresh.drop();
  });

  it('wraps every tenant key anew, retired ones too, touches nothing sealed, and then the previous key may go', async () => {
    const [some] = tenants;
    const tenantRotation = await queueRotation(fresh.db, { tenantId: some!.tenantId });
    await rotateTenantKey(depsFor(fresh.db, [first]), tenantRotation, neverAborted);
    const bytes = () =>
      fresh.db.engine((tx) => tx.query('select sealed from credentials order by connection_id'));
    const before = await bytes();
    // Dropping the previous key before the rotation is noticed at start.
    expect(await refusal(createVault({ masterKeys: [second] }).checkMasterKey(fresh.db))).toBe(
      'VAULT_WRONG_MASTER_KEY',
    );
    const payload = await queueRotation(fresh.db, { masterKeyId: target });
    await rotateMasterKey(depsFor(fresh.db, both), payload, neverAborted);
    expect(await readRotation(fresh.db, payload.rotationId)).toMatchObject({
      state: 'succeeded',
      total: 8,
      done: 8,
      failed: 0,
    });
    expect(await bytes()).toEqual(before);
    await createVault({ masterKeys: [second] }).checkMasterKey(fresh.db);
    for (const { all } of tenants)
      expect((await openAll(fresh.db, [second], all)).texts).toEqual(textsOf(all));
    // The key of before alone is noticed at start as well.
    expect(await refusal(createVault({ masterKeys: [first] }).checkMasterKey(fresh.db))).toBe(
      'VAULT_WRONG_MASTER_KEY',
    );
  });

  it('killed at any statement leaves every secret open, and ends with exact figures', async () => {
    const payload = await queueRotation(fresh.db, { masterKeyId: target });
    const statements = await dieEverywhere(
      (at) => rotateMasterKey(depsFor(dyingAt(fresh.db, at), both), payload, neverAborted),
      async () => expect(await texts()).toEqual(expected()),
    );
    expect(statements).toBeGreaterThan(10);
    expect(await readRotation(fresh.db, payload.rotationId)).toMatchObject({
      state: 'succeeded',
      total: 7,
      done: 7,
    });
  });

  it('is done once by several processes at once, while tenants seal and first secrets are made', async () => {
    const payload = await queueRotation(fresh.db, { masterKeyId: target });
    const sealing = createVault({ masterKeys: both });
    const later = await addTenant(fresh.db);
    const work = () => rotateMasterKey(depsFor(fresh.db, both), payload, neverAborted);
    const [, , made] = await Promise.all([work(), work(), plant(fresh.db, sealing, later, 2), work()]);
    tenants.push({ tenantId: later, all: made });
    expect(await texts()).toEqual(expected());
    const row = await readRotation(fresh.db, payload.rotationId);
    expect([row.state, row.done, row.total]).toEqual(['succeeded', 7, 7]);
    await createVault({ masterKeys: [second] }).checkMasterKey(fresh.db);
  });

  it('keeps a process that still has the old key as its current one from wrapping a new tenant under it', async () => {
    const stale = createVault({ masterKeys: [first] });
    const payload = await queueRotation(fresh.db, { masterKeyId: target });
    await rotateMasterKey(depsFor(fresh.db, both), payload, neverAborted);
    const later = await addTenant(fresh.db);
    await expect(plant(fresh.db, stale, later, 1)).rejects.toThrow(/was rotated away/);
    // Going back is a rotation as well, and opens the way again.
    const back = await queueRotation(fresh.db, { masterKeyId: masterKey(first).id });
    await rotateMasterKey(depsFor(fresh.db, [first, second]), back, neverAborted);
    expect(await plant(fresh.db, stale, later, 1)).toHaveLength(5);
  });

  it('is not begun by a process without its key, and tells of tenant keys whose master key nobody gave', async () => {
    const payload = await queueRotation(fresh.db, { masterKeyId: target });
    expect(await refusal(rotateMasterKey(depsFor(fresh.db, [first]), payload, neverAborted))).toBe(
      'VAULT_UNKNOWN_KEY',
    );
    await rotateMasterKey(depsFor(fresh.db, [second]), payload, neverAborted);
    const row = await readRotation(fresh.db, payload.rotationId);
    expect(row).toMatchObject({ state: 'failed', total: 7, done: 0, failed: 7 });
    expect(row.error).toMatch(/MORTISE_MASTER_KEY_PREVIOUS/);
    expect(await texts()).toEqual(expected());
  });
});
