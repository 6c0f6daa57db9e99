import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createSync } from './create-sync.ts';
import { loopbackCaller } from './testing/loopback-caller.ts';
import { dyingDatabase } from './testing/dying-database.ts';
import { createFixture, installJobs, type Fixture } from './testing/sync-fixture.ts';
import { fill, startSyntheticProvider, type SyntheticProvider } from './testing/synthetic-provider.ts';

const t0 = Date.parse('2026-01-01T00:00:00Z');
const never = new AbortController().signal;

let database: TestDatabase;
let provider: SyntheticProvider;

beforeAll(async () => {
  database = await createTestDatabase();
  await installJobs(database.url);
});
afterAll(() => database.drop());
afterEach(() => provider.close());

/** Carries the waiting run out in a process that is killed at the given step. @returns whether it was */
async function runAndDie(fixture: Fixture, step: number): Promise<{ died: boolean; processId: string }> {
  const dying = dyingDatabase(database.db, step);
  const deps = fixture.depsFor({ db: dying.db });
  const [job] = await fixture.query<{ payload: { tenantId: string; runId: string } }>(
    `delete from fixture_jobs where payload->>'tenantId' = $1 returning payload`,
    [fixture.tenantId],
  );
  if (job === undefined) throw new Error('no job waits');
  await createSync(deps)
    .jobs.tasks['sync.run'].handler(job.payload, { signal: never })
    .catch((error: unknown) => {
      if (!dying.isDead()) throw error;
    });
  return { died: dying.isDead(), processId: deps.processId };
}

/** What a reader in the end sees: records without their numbers, and how often each thing was told. */
async function outcome(fixture: Fixture) {
  const seqs = await fixture.query<{ seq: number }>(
    'select seq from records where tenant_id = $1 order by seq',
    [fixture.tenantId],
  );
  const [{ held } = {}] = await fixture.query('select record_count as held from syncs where tenant_id = $1', [
    fixture.tenantId,
  ]);
  const { created, updated, deleted, status } = await fixture.lastRun();
  return {
    records: await fixture.records('external_id, title, data, deleted_at is not null as deleted'),
    told: (await fixture.events())
      .map(
        ({ type, data }) =>
          `${type} ${(data.record as { externalId?: string } | undefined)?.externalId ?? ''}`,
      )
      .toSorted(),
    numbers: new Set(seqs.map((row) => row.seq)).size,
    held,
    run: { created, updated, deleted, status },
    met: await fixture.query('select from sync_run_met where tenant_id = $1', [fixture.tenantId]),
  };
}

/** A first load, then a change, an addition and two deletions, and the full run that finds them. */
async function prepare(kind: 'first load' | 'full run' | 'incremental run'): Promise<Fixture> {
  const fixture = await createFixture(database.db, provider.provider);
  provider.now = new Date(t0);
  provider.items.clear();
  provider.deleted.clear();
  fill(provider, 24, t0 - 60_000);
  const sync = await fixture.createItemsSync();
  if (kind === 'first load') return fixture;
  await fixture.work();
  provider.now = new Date(t0 + 120_000);
  fixture.clock.advance(120_000);
  for (const id of ['000003', '000015', '000021'])
    provider.items.set(id, { id, name: 'Changed', updatedAt: t0 + 60_000 });
  provider.items.set('000050', { id: '000050', name: 'New', updatedAt: t0 + 60_000 });
  for (const id of ['000004', '000020']) {
    provider.items.delete(id);
    provider.deleted.set(id, { id, deletedAt: t0 + 60_000 });
  }
  await fixture.start(sync, kind === 'full run' ? 'full' : 'incremental');
  return fixture;
}

it.each(['first load', 'full run', 'incremental run'] as const)(
  'loses nothing and tells nothing twice when its process is killed at any step: %s',
  async (kind) => {
    provider = await startSyntheticProvider({ pageSize: 10 });
    const whole = await prepare(kind);
    await whole.work();
    const expected = await outcome(whole);
    expect(expected.run.status).toBe('succeeded');

    let killed = 0;
    for (let step = 1; ; step += 1) {
      const fixture = await prepare(kind);
      const { died, processId } = await runAndDie(fixture, step);
      if (!died) break;
      killed += 1;
      await database.db.engine((tx) => fixture.room.recoverRuns(tx, processId));
      // Killed before it had taken the run up, or after the run was over: its job is still there, or nothing is left.
      const open = await fixture.query(
        `select id from sync_runs where tenant_id = $1 and status = 'queued'`,
        [fixture.tenantId],
      );
      const jobs = await fixture.query(`select from fixture_jobs where payload->>'tenantId' = $1`, [
        fixture.tenantId,
      ]);
      if (open.length > jobs.length) {
        fixture.clock.advance(11 * 60_000);
        await fixture.room.rescueOrphans();
      }
      await fixture.work();
      expect(await outcome(fixture), `killed at step ${step}`).toEqual(expected);
    }
    expect(killed).toBeGreaterThan(25);
  },
  120_000,
);

it('shuts out a process that was taken for dead and goes on', async () => {
  provider = await startSyntheticProvider({ pageSize: 10 });
  const fixture = await createFixture(database.db, provider.provider);
  fill(provider, 34, t0);
  await fixture.createItemsSync();
  const slow = fixture.depsFor();
  const [job] = await fixture.query<{ payload: { tenantId: string; runId: string } }>(
    `delete from fixture_jobs where payload->>'tenantId' = $1 returning payload`,
    [fixture.tenantId],
  );
  if (job === undefined) throw new Error('no job waits');
  let taken = false;
  // While the slow process waits for its third page, another finds it gone and carries the run to its end.
  provider.before = async (_path, url) => {
    if (taken || url.searchParams.get('cursor') !== '000020') return undefined;
    taken = true;
    // The page before is being committed meanwhile.
    await vi.waitFor(async () => expect(await fixture.lastRun()).toMatchObject({ pages: 2 }));
    await database.db.engine((tx) => fixture.room.recoverRuns(tx, slow.processId));
    await fixture.work();
    return undefined;
  };
  await createSync({ ...slow, caller: loopbackCaller(provider.provider) }).jobs.tasks['sync.run'].handler(
    job.payload,
    { signal: never },
  );
  expect(taken).toBe(true);
  expect(await fixture.lastRun()).toMatchObject({
    status: 'succeeded',
    attempts: 2,
    created: 34,
    fetched: 34,
  });
  expect(await fixture.events('item.created')).toHaveLength(34);
  expect(await fixture.events('sync.%')).toHaveLength(1);
});

it('shuts out a process that was taken for dead while the one that has the run now is still at it', async () => {
  provider = await startSyntheticProvider({ pageSize: 10 });
  const fixture = await createFixture(database.db, provider.provider);
  fill(provider, 34, t0);
  await fixture.createItemsSync();
  const slow = fixture.depsFor();
  const [job] = await fixture.query<{ payload: { tenantId: string; runId: string } }>(
    `delete from fixture_jobs where payload->>'tenantId' = $1 returning payload`,
    [fixture.tenantId],
  );
  if (job === undefined) throw new Error('no job waits');
  const [slowEnded, nextWaits] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let asked = 0;
  let next: Promise<number> | undefined;
  provider.before = async (_path, url) => {
    if (url.searchParams.get('cursor') !== '000020') return undefined;
    asked += 1;
    if (asked === 1) {
      // The page before is being committed meanwhile.
      await vi.waitFor(async () => expect(await fixture.lastRun()).toMatchObject({ pages: 2 }));
      await fixture.db.engine((tx) => fixture.room.recoverRuns(tx, slow.processId));
      next = fixture.work();
      await nextWaits.promise;
    } else {
      nextWaits.resolve();
      await slowEnded.promise;
    }
    return undefined;
  };
  await createSync(slow).jobs.tasks['sync.run'].handler(job.payload, { signal: never });
  const between = await fixture.lastRun();
  expect(between).toMatchObject({ status: 'running', attempts: 2, fetched: 20 });
  slowEnded.resolve();
  await next;
  expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', created: 34, fetched: 34 });
  expect(await fixture.events('item.created')).toHaveLength(34);
});

it('is given up when it kills every process that takes it up', async () => {
  provider = await startSyntheticProvider({ pageSize: 10 });
  const fixture = await createFixture(database.db, provider.provider);
  fill(provider, 34, t0);
  await fixture.createItemsSync();
  for (let n = 0; n < 6; n += 1) {
    const { processId } = await runAndDie(fixture, 6);
    expect(await database.db.engine((tx) => fixture.room.recoverRuns(tx, processId))).toBe(1);
  }
  await fixture.work();
  expect(await fixture.lastRun()).toMatchObject({ status: 'failed', attempts: 7 });
});
