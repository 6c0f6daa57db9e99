import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createVault, vaultJobs, type Vault } from './index.ts';
import { removeRetiredKeys } from './remove-retired-keys.ts';
import { rotateTenantKey } from './rotate-tenant-key.ts';
import {
  addTenant,
  depsFor,
  dieEverywhere,
  dyingAt,
  Killed,
  openAll,
  plant,
  places,
  queueRotation,
  readRotation,
  readSealed,
  type Kept,
} from './testing/rotation-rig.ts';

const first = randomBytes(32);
const neverAborted = new AbortController().signal;
const hex = (id: string | null) => id?.replaceAll('-', '');
const textsOf = (all: readonly Kept[]) => all.map(({ text }) => text);

let test: TestDatabase;
let vault: Vault;
let tenantId: string;

beforeAll(async () => void (test = await createTestDatabase({ max: 12 })));
afterAll(() => test.drop());
beforeEach(async () => {
  vault = createVault({ masterKeys: [first] });
  tenantId = await addTenant(test.db);
});

const rotate = (payload: { tenantId: string; rotationId: string }, db = test.db) =>
  rotateTenantKey(depsFor(db, [first]), payload, neverAborted);
const keysOf = (tenant: string) =>
  test.db.engine((tx) =>
    tx.query<{ id: string; master_key_id: string; retired_at: Date | null }>(
      'select id, master_key_id, retired_at from vault_keys where tenant_id = $1 order by id',
      [tenant],
    ),
  );

/** Whether a session of this database waits for a lock. */
async function someoneWaits(): Promise<boolean> {
  const sql =
    'select from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not granted';
  return (await test.db.pool.query(sql)).rowCount !== 0;
}

describe("a rotation of a tenant's key", () => {
  it('seals every secret of the tenant under the new key, counts them exactly, and touches no other tenant', async () => {
    const all = await plant(test.db, vault, tenantId, 5);
    const other = await addTenant(test.db);
    const others = await plant(test.db, vault, other, 1);
    const before = await openAll(test.db, [first], others);
    const payload = await queueRotation(test.db, { tenantId });
    const deps = depsFor(test.db, [first]);
    await rotateTenantKey(deps, payload, neverAborted);

    const row = await readRotation(test.db, payload.rotationId);
    expect(row).toMatchObject({ state: 'succeeded', total: 25, done: 25, failed: 0, error: null });
    expect(row.finished_at).not.toBeNull();
    const after = await openAll(test.db, [first], all);
    expect(after.texts).toEqual(textsOf(all));
    expect([...after.keyIds]).toEqual([hex(row.key_id)]);
    expect(await openAll(test.db, [first], others)).toEqual(before);
    expect(deps.audited).toEqual([{ tenantId, action: 'vault.key_rotated' }]);
    // A job that runs again finds it over.
    await rotateTenantKey(deps, payload, neverAborted);
    expect(await readRotation(test.db, payload.rotationId)).toEqual(row);
  });

  it('killed at any statement leaves every secret open, and the next process ends it with exact figures', async () => {
    // Each kill is met from where a fresh rotation stands, not from where the last one left it.
    const statements = await dieEverywhere(
      async (at) => {
        tenantId = await addTenant(test.db);
        const all = await plant(test.db, vault, tenantId, 1);
        const payload = await queueRotation(test.db, { tenantId });
        const [outcome] = await Promise.allSettled([rotate(payload, dyingAt(test.db, at))]);
        expect((await openAll(test.db, [first], all)).texts).toEqual(textsOf(all));
        await rotate(payload);
        const row = await readRotation(test.db, payload.rotationId);
        expect([at, row.state, row.total, row.done, row.failed]).toEqual([at, 'succeeded', 5, 5, 0]);
        const after = await openAll(test.db, [first], all);
        expect([after.texts, [...after.keyIds]]).toEqual([textsOf(all), [hex(row.key_id)]]);
        expect((await keysOf(tenantId)).filter((key) => key.retired_at === null)).toHaveLength(1);
        if (outcome.status === 'rejected') throw outcome.reason;
      },
      async () => {},
    );
    expect(statements).toBeGreaterThan(40);
  });

  it('that dies again and again, a little later each time, still ends', async () => {
    const all = await plant(test.db, vault, tenantId, 3);
    const payload = await queueRotation(test.db, { tenantId });
    await dieEverywhere(
      (at) => rotate(payload, dyingAt(test.db, at)),
      async () => {
        expect((await openAll(test.db, [first], all)).texts).toEqual(textsOf(all));
        const { total, done } = await readRotation(test.db, payload.rotationId);
        if (total !== null) expect(done).toBeLessThanOrEqual(total);
      },
    );
    const row = await readRotation(test.db, payload.rotationId);
    expect([row.state, row.total, row.done]).toEqual(['succeeded', 15, 15]);
  });

  it('overwrites nothing that is written meanwhile, by however many writers and rotating processes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 7 }), { minLength: 10, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (writes, processes) => {
          const tenant = await addTenant(test.db);
          const all = (await plant(test.db, vault, tenant, 8)).filter(
            ({ place }) => place.table === 'credentials',
          );
          const payload = await queueRotation(test.db, { tenantId: tenant });
          const writer = async (indices: number[]) => {
            const own = createVault({ masterKeys: [first] });
            for (const [turn, index] of indices.entries()) {
              const kept = all[index]!;
              const text = `written ${turn} by ${indices.length} to ${index}`;
              await test.db.tenant(tenant, async (tx) => {
                await tx.query(
                  'update credentials set sealed = $3 where tenant_id = $1 and connection_id = $2',
                  [tenant, kept.place.row, await own.seal(tx, kept.place, text)],
                );
              });
              kept.text = text;
            }
          };
          // A row has one writer, so that what was written last is known.
          const [even, odd] = [writes.filter((n) => n % 2 === 0), writes.filter((n) => n % 2 === 1)];
          await Promise.all([
            writer(even),
            writer(odd),
            ...Array.from({ length: processes }, () => rotate(payload)),
          ]);
          const row = await readRotation(test.db, payload.rotationId);
          const after = await openAll(test.db, [first], all);
          expect(after.texts).toEqual(textsOf(all));
          expect([...after.keyIds]).toEqual([hex(row.key_id)]);
          expect(row).toMatchObject({ state: 'succeeded', failed: 0 });
          // Thirty-two that nobody else writes, and of the eight those that no writer was faster at.
          expect(row.done).toBe(row.total);
          expect(row.done).toBeGreaterThanOrEqual(32);
          expect(row.done).toBeLessThanOrEqual(40);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('waits for who has sealed under the old key and not yet committed, and brings that over too', async () => {
    const all = await plant(test.db, vault, tenantId, 1);
    const payload = await queueRotation(test.db, { tenantId });
    const kept = all.find(({ place }) => place.table === 'credentials')!;
    kept.text = 'sealed before, committed after';
    const [sealed, waited] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const writing = test.db.tenant(tenantId, async (tx) => {
      const bytes = await vault.seal(tx, kept.place, kept.text);
      sealed.resolve();
      await waited.promise;
      await tx.query('update credentials set sealed = $2 where tenant_id = $1', [tenantId, bytes]);
    });
    await sealed.promise;
    const rotating = rotate(payload);
    await expect.poll(someoneWaits, { interval: 5, timeout: 5_000 }).toBe(true).finally(waited.resolve);
    await writing;
    await rotating;
    const row = await readRotation(test.db, payload.rotationId);
    const after = await openAll(test.db, [first], all);
    expect([after.texts, [...after.keyIds], row.done]).toEqual([textsOf(all), [hex(row.key_id)], 5]);
  });

  it('keeps the versions and times by which others compare', async () => {
    await plant(test.db, vault, tenantId, 2);
    const read = () =>
      test.db.engine((tx) =>
        tx.query(
          `select c.version, i.version as of_integration, i.updated_at from credentials c
             join connections k on k.tenant_id = c.tenant_id and k.id = c.connection_id
             join integrations i on i.tenant_id = k.tenant_id and i.id = k.integration_id
            where c.tenant_id = $1 order by i.id`,
          [tenantId],
        ),
      );
    const before = await read();
    await rotate(await queueRotation(test.db, { tenantId }));
    expect(await read()).toEqual(before);
  });

  it('leaves what does not open as it is, says how many and where, keeps their key, and brings over the rest', async () => {
    const all = await plant(test.db, vault, tenantId, 2);
    const [moved, target] = all.filter(({ place }) => place.table === 'webhook_secrets');
    // A secret that was moved between rows does not open, so a rotation must not make it open there.
    await test.db.tenant(tenantId, async (tx) => {
      const bytes = await readSealed(tx, moved!.place);
      await tx.query('update webhook_secrets set sealed = $2 where id = $1', [target!.place.row, bytes]);
    });
    const payload = await queueRotation(test.db, { tenantId });
    await rotate(payload);
    const row = await readRotation(test.db, payload.rotationId);
    expect(row).toMatchObject({ state: 'failed', total: 10, done: 9, failed: 1 });
    expect(row.error).toContain('webhook_secrets.sealed: 1');
    const rest = all.filter((kept) => kept !== target);
    expect((await openAll(test.db, [first], rest)).texts).toEqual(textsOf(rest));
    await expect(openAll(test.db, [first], [target!])).rejects.toMatchObject({ code: 'VAULT_WILL_NOT_OPEN' });
    await age(tenantId);
    expect(await removeRetiredKeys(depsFor(test.db, [first]), neverAborted)).toBe(0);
    expect(await keysOf(tenantId)).toHaveLength(2);
  });

  it('stops between batches when the process must, and says so through the job', async () => {
    await plant(test.db, vault, tenantId, 2);
    const payload = await queueRotation(test.db, { tenantId });
    const job = vaultJobs(depsFor(test.db, [first])).tasks['vault.rotate'];
    const signal = AbortSignal.abort(new Error('The process stops'));
    await expect(job.handler(payload, { signal, attempt: 1 })).rejects.toThrow('The process stops');
    expect(await readRotation(test.db, payload.rotationId)).toMatchObject({
      state: 'running',
      done: 0,
      error: null,
    });
    const dying = vaultJobs(depsFor(dyingAt(test.db, 12), [first])).tasks['vault.rotate'];
    await expect(dying.handler(payload, { signal: neverAborted, attempt: 1 })).rejects.toThrow(Killed);
    const failing = { ...depsFor(test.db, [first]), audit: () => Promise.reject(new Error('broken')) };
    const last = vaultJobs(failing).tasks['vault.rotate'];
    await expect(last.handler(payload, { signal: neverAborted, attempt: 1 })).rejects.toThrow('broken');
    expect((await readRotation(test.db, payload.rotationId)).error).toMatch(/goes on by itself/);
    await expect(last.handler(payload, { signal: neverAborted, attempt: 25 })).rejects.toThrow('broken');
    expect(await readRotation(test.db, payload.rotationId)).toMatchObject({
      state: 'failed',
      done: 10,
      total: 10,
    });
  });
});

/** Sets a tenant's rotations and retired keys back by two hours. */
async function age(tenant: string): Promise<void> {
  await test.db.engine(async (tx) => {
    await tx.query(
      "update key_rotations set finished_at = finished_at - interval '2 hours' where tenant_id = $1",
      [tenant],
    );
    await tx.query(
      "update vault_keys set retired_at = retired_at - interval '2 hours' where tenant_id = $1",
      [tenant],
    );
  });
}

describe('a retired key', () => {
  it('is removed once nothing names it, an hour after the rotation and not before', async () => {
    const all = await plant(test.db, vault, tenantId, 1);
    const payload = await queueRotation(test.db, { tenantId });
    await rotate(payload);
    const deps = depsFor(test.db, [first]);
    expect(await removeRetiredKeys(deps, neverAborted)).toBe(0);
    await age(tenantId);
    expect(await removeRetiredKeys(deps, neverAborted)).toBe(1);
    expect(deps.audited).toEqual([{ tenantId, action: 'vault.key_removed' }]);
    expect((await keysOf(tenantId)).map((key) => key.id)).toEqual([
      (await readRotation(test.db, payload.rotationId)).key_id,
    ]);
    expect((await openAll(test.db, [first], all)).texts).toEqual(textsOf(all));
  });

  it('is kept while a place that nobody stated still names it', async () => {
    const all = await plant(test.db, vault, tenantId, 1);
    const payload = await queueRotation(test.db, { tenantId });
    const deps = {
      ...depsFor(test.db, [first]),
      places: places.filter(({ table }) => table !== 'oauth_states'),
    };
    await rotateTenantKey(deps, payload, neverAborted);
    expect(await readRotation(test.db, payload.rotationId)).toMatchObject({
      state: 'succeeded',
      total: 4,
      done: 4,
    });
    await age(tenantId);
    expect(await removeRetiredKeys(deps, neverAborted)).toBe(0);
    expect((await openAll(test.db, [first], all)).texts).toEqual(textsOf(all));
  });
});
