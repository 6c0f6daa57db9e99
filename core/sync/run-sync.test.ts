// Long, because every way that a run can end is told here against one fixture.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createFixture, installJobs, type Fixture } from './testing/sync-fixture.ts';
import {
  fill,
  startSyntheticProvider,
  type SyntheticOptions,
  type SyntheticProvider,
} from './testing/synthetic-provider.ts';

const t0 = Date.parse('2026-01-01T00:00:00Z');
const minute = 60_000;

let database: TestDatabase;
let provider: SyntheticProvider;
let fixture: Fixture;

beforeAll(async () => {
  database = await createTestDatabase();
  await installJobs(database.url);
});
afterAll(() => database.drop());
afterEach(() => provider.close());

async function set(options: SyntheticOptions = {}): Promise<void> {
  provider = await startSyntheticProvider(options);
  fixture = await createFixture(database.db, provider.provider);
}

/** Both clocks go on together. */
function pass(ms: number): void {
  fixture.clock.advance(ms);
  provider.now = new Date(provider.now.getTime() + ms);
}

describe('a run', () => {
  beforeEach(() => set());

  it('loads everything at first, each record with one event, and counts what it holds', async () => {
    fill(provider, 25, t0 - minute);
    await fixture.createItemsSync();
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({
      status: 'succeeded',
      mode: 'full',
      trigger: 'connect',
      pages: 3,
      fetched: 25,
      expected: 25,
      created: 25,
      updated: 0,
      deleted: 0,
      unchanged: 0,
      attempts: 1,
      error: null,
    });
    const events = await fixture.events('item.%');
    expect(new Set(events.map((event) => event.subject)).size).toBe(25);
    expect(events[0]).toMatchObject({
      type: 'item.created',
      data: {
        record: { externalId: '000001', resource: 'items', title: 'Item 1', data: { name: 'Item 1' } },
        provider: 'synthetic',
      },
    });
    expect((await fixture.records()).map((row) => row.seq)).toEqual(
      Array.from({ length: 25 }, (_, n) => n + 1),
    );
    const [sync] = await fixture.query('select record_count from syncs where tenant_id = $1', [
      fixture.tenantId,
    ]);
    expect(sync?.record_count).toBe(25);
  });

  it('writes no record and no record event when nothing has changed, be it full or incremental', async () => {
    fill(provider, 25, t0 - minute);
    const sync = await fixture.createItemsSync();
    await fixture.work();
    const before = await fixture.records();
    const count = (await fixture.events('item.%')).length;
    for (const mode of ['full', 'incremental'] as const) {
      pass(minute);
      await fixture.start(sync, mode);
      await fixture.work();
      expect(await fixture.lastRun()).toMatchObject({
        status: 'succeeded',
        mode,
        created: 0,
        updated: 0,
        deleted: 0,
      });
    }
    expect((await fixture.runs())[1]).toMatchObject({ mode: 'full', fetched: 25, unchanged: 25 });
    expect(await fixture.records()).toEqual(before);
    expect(await fixture.events('item.%')).toHaveLength(count);
    expect(await fixture.query('select from sync_run_met where tenant_id = $1', [fixture.tenantId])).toEqual(
      [],
    );
  });

  it('finds exactly the one record that changed and says which fields; a change time alone is no change', async () => {
    fill(provider, 25, t0 - minute);
    const sync = await fixture.createItemsSync();
    await fixture.work();
    pass(2 * minute);
    provider.items.set('000007', { id: '000007', name: 'Renamed', updatedAt: t0 + minute });
    provider.items.set('000008', { id: '000008', name: 'Item 8', updatedAt: t0 + minute });
    await fixture.start(sync);
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({
      status: 'succeeded',
      mode: 'incremental',
      created: 0,
      updated: 1,
      deleted: 0,
    });
    const updates = await fixture.events('item.updated');
    expect(updates).toHaveLength(1);
    expect(updates[0]?.data).toMatchObject({
      record: { externalId: '000007', data: { name: 'Renamed' } },
      changed: ['name'],
    });
    const changes = await fixture.room.records.changes(fixture.context, {
      params: undefined,
      query: { after: '25', limit: 10 },
      body: undefined,
    });
    expect(changes).toMatchObject({ data: [{ externalId: '000007', seq: '26' }], nextAfter: '26' });
  });

  it('deletes what the provider lists as deleted, and makes it anew when it is restored there', async () => {
    fill(provider, 12, t0 - minute);
    const sync = await fixture.createItemsSync();
    await fixture.work();
    pass(minute);
    provider.items.delete('000003');
    provider.deleted.set('000003', { id: '000003', deletedAt: t0 + 1_000 });
    provider.deleted.set('999999', { id: '999999', deletedAt: t0 });
    await fixture.start(sync);
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', mode: 'incremental', deleted: 1 });
    const [gone] = await fixture.query(
      'select deleted_at from records where tenant_id = $1 and deleted_at is not null',
      [fixture.tenantId],
    );
    expect(gone?.deleted_at).toEqual(new Date(t0 + 1_000));
    expect((await fixture.events('item.deleted')).map((event) => event.data.record)).toMatchObject([
      { externalId: '000003', title: 'Item 3' },
    ]);

    pass(minute);
    provider.deleted.clear();
    provider.items.set('000003', { id: '000003', name: 'Item 3', updatedAt: provider.now.getTime() });
    await fixture.start(sync);
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ created: 1, updated: 0, deleted: 0 });
    expect((await fixture.events('item.created')).at(-1)?.data).toMatchObject({
      restored: true,
      record: { externalId: '000003' },
    });
    const [{ record_count: held } = {}] = await fixture.query(
      'select record_count from syncs where tenant_id = $1',
      [fixture.tenantId],
    );
    expect(held).toBe(12);
  });

  it('sets a record aside that cannot be read, keeps what is held of it, and lets it go once it can', async () => {
    fill(provider, 25, t0 - minute);
    const sync = await fixture.createItemsSync();
    await fixture.work();
    pass(minute);
    provider.items.set('000004', {
      id: '000004',
      name: 'Odd',
      updatedAt: t0,
      extra: { name: 4, note: 'nul \0 \ud800' },
    });
    await fixture.start(sync, 'full');
    await fixture.work();
    const run = await fixture.lastRun();
    expect(run).toMatchObject({ status: 'succeeded', updated: 0, deleted: 0, unchanged: 24 });
    expect(run.error).toMatch(/^1 record was set aside: name: /);
    expect(
      await fixture.query('select key, reason, raw from quarantine where tenant_id = $1', [fixture.tenantId]),
    ).toMatchObject([{ key: '000004', raw: { name: 4 } }]);
    expect((await fixture.records())[3]).toMatchObject({ title: 'Item 4', deleted: false });

    pass(minute);
    provider.items.set('000004', { id: '000004', name: 'Mended', updatedAt: provider.now.getTime() });
    await fixture.start(sync);
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', updated: 1, error: null });
    expect(await fixture.query('select from quarantine where tenant_id = $1', [fixture.tenantId])).toEqual(
      [],
    );
  });

  it('deletes nothing when a record came without a readable id, since it may be the one that seems gone', async () => {
    fill(provider, 12, t0 - minute);
    const sync = await fixture.createItemsSync();
    await fixture.work();
    provider.items.delete('000005');
    provider.items.set('x', { id: 'x', name: 'X', updatedAt: t0, extra: { id: null } });
    await fixture.start(sync, 'full');
    await fixture.work();
    const run = await fixture.lastRun();
    expect(run).toMatchObject({ status: 'succeeded', deleted: 0 });
    expect(run.error).toContain('nothing was deleted');
  });

  it('stops at the next page when it is cancelled, and the next run begins from the start', async () => {
    fill(provider, 45, t0 - minute);
    const sync = await fixture.createItemsSync();
    provider.before = async (_path, url) => {
      if (url.searchParams.get('cursor') === '000020') {
        provider.before = () => undefined;
        await fixture.room.runs.cancel(fixture.context, {
          params: { id: (await fixture.lastRun()).id },
          query: undefined,
          body: undefined,
        });
      }
      return undefined;
    };
    await fixture.work();
    const run = await fixture.lastRun();
    expect(run.status).toBe('cancelled');
    expect(run.created).toBeGreaterThan(0);
    expect(run.created).toBeLessThan(45);
    expect(await fixture.events('sync.%')).toEqual([]);
    await fixture.start(sync);
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({
      status: 'succeeded',
      mode: 'full',
      created: 45 - run.created,
    });
    expect(await fixture.events('item.created')).toHaveLength(45);
  });

  it('cancels a run that still waits, and its job does nothing', async () => {
    fill(provider, 5, t0);
    await fixture.createItemsSync();
    const { id } = await fixture.lastRun();
    await fixture.room.runs.cancel(fixture.context, { params: { id }, query: undefined, body: undefined });
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ status: 'cancelled', attempts: 0 });
    expect(provider.requests).toEqual([]);
  });

  it('goes on as the same run after a failure that passes, waiting longer each time, and is given up in the end', async () => {
    fill(provider, 25, t0 - minute);
    await fixture.createItemsSync();
    let broken = true;
    provider.before = (_path, url) =>
      broken && url.searchParams.get('cursor') === '000010' ? { status: 503 } : undefined;
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({
      status: 'queued',
      created: 10,
      attempts: 1,
      error: 'The provider did not answer properly.',
    });
    pass(10_000);
    expect(await fixture.work()).toBe(0);
    pass(20_000);
    expect(await fixture.work()).toBe(1);
    broken = false;
    pass(2 * minute);
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({
      status: 'succeeded',
      created: 25,
      attempts: 3,
      error: null,
    });
    expect(await fixture.events('item.created')).toHaveLength(25);

    provider.before = () => ({ status: 500 });
    await fixture.start((await fixture.lastRun()).syncId, 'full');
    for (let n = 0; n < 10; n += 1) {
      await fixture.work();
      pass(30 * minute);
    }
    const run = await fixture.lastRun();
    expect(run).toMatchObject({
      status: 'failed',
      attempts: 5,
      error: 'The provider did not answer properly. (given up after 5 tries)',
    });
    expect((await fixture.events('sync.%')).map((event) => event.type)).toEqual([
      'sync.succeeded',
      'sync.failed',
    ]);
  });

  it('waits as long as the provider asks for', async () => {
    fill(provider, 5, t0);
    await fixture.createItemsSync();
    provider.before = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await fixture.work();
    provider.before = () => undefined;
    pass(59 * minute);
    expect(await fixture.work()).toBe(0);
    pass(minute);
    expect(await fixture.work()).toBe(1);
    expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded' });
  });

  it('fails at once, with the reason, when a person has to mend the connection or the provider refuses for good', async () => {
    const sync = await fixture.createItemsSync();
    provider.before = () => ({ status: 401 });
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: 'the provider answered 401',
    });
    provider.before = () => ({ status: 403 });
    await fixture.start(sync);
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: 'The provider does not allow this to the account: a permission or scope is missing.',
    });
  });

  it('begins the walk anew, once, when the provider no longer takes a cursor that it stood at', async () => {
    fill(provider, 25, t0 - minute);
    await fixture.createItemsSync();
    provider.before = (_path, url) =>
      url.searchParams.get('cursor') === '000010' ? { status: 503 } : undefined;
    await fixture.work();
    let refused = 0;
    provider.before = (_path, url) => {
      if (url.searchParams.get('cursor') !== '000010' || refused > 0) return undefined;
      refused += 1;
      return { status: 400 };
    };
    pass(minute);
    await fixture.work();
    pass(2 * minute);
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', created: 25 });
    expect(await fixture.events('item.created')).toHaveLength(25);
  });

  it('is put back without counting a failure when the process must stop', async () => {
    fill(provider, 25, t0 - minute);
    await fixture.createItemsSync();
    const stop = new AbortController();
    provider.before = (_path, url) => {
      if (url.searchParams.get('cursor') === '000020') stop.abort();
      return undefined;
    };
    const [job] = await fixture.query<{ payload: { tenantId: string; runId: string } }>(
      'delete from fixture_jobs where payload->>$1 = $2 returning payload',
      ['tenantId', fixture.tenantId],
    );
    if (job === undefined) throw new Error('no job');
    await fixture.room.jobs.tasks['sync.run'].handler(job.payload, { signal: stop.signal });
    expect(await fixture.lastRun()).toMatchObject({ status: 'queued', error: null });
    provider.before = () => undefined;
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', created: 25, attempts: 2 });
  });

  it('tells those who look on at its start and its end, and not at every page', async () => {
    fill(provider, 95, t0 - minute);
    await fixture.createItemsSync();
    await fixture.work();
    const told = fixture.hints.flatMap((hint) => hint.run ?? []);
    expect(told.map((run) => run.status)).toEqual(['queued', 'running', 'running', 'succeeded']);
    expect(told.at(-1)).toMatchObject({ fetched: 95, created: 95 });
  });
});

describe('a full run', () => {
  beforeEach(() => set({ deletedListing: false }));

  it('deletes what it has not met', async () => {
    fill(provider, 45, t0 - minute);
    const sync = await fixture.createItemsSync();
    await fixture.work();
    for (const id of ['000002', '000013', '000045']) provider.items.delete(id);
    await fixture.start(sync, 'full');
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', deleted: 3, unchanged: 42 });
    expect((await fixture.records()).filter((row) => row.deleted).map((row) => row.external_id)).toEqual([
      '000002',
      '000013',
      '000045',
    ]);
    expect(await fixture.events('item.deleted')).toHaveLength(3);
  });

  it('refuses to delete most of what is held until a person asks again for a full run by hand', async () => {
    fill(provider, 45, t0 - minute);
    const sync = await fixture.createItemsSync();
    await fixture.work();
    for (const id of [...provider.items.keys()].slice(10)) provider.items.delete(id);
    await fixture.start(sync, 'full');
    await fixture.work();
    const refused = await fixture.lastRun();
    expect(refused).toMatchObject({ status: 'failed', deleted: 0 });
    expect(refused.error).toMatch(/no longer lists 35 of the 45 .* Nothing was deleted/);
    expect((await fixture.records()).every((row) => row.deleted === false)).toBe(true);

    await fixture.start(sync, 'full');
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', deleted: 35 });
  });

  it('does not take a confirmation for more than was refused', async () => {
    fill(provider, 60, t0 - minute);
    const sync = await fixture.createItemsSync();
    await fixture.work();
    const ids = [...provider.items.keys()];
    for (const id of ids.slice(25)) provider.items.delete(id);
    await fixture.start(sync, 'full');
    await fixture.work();
    provider.items.clear();
    await fixture.start(sync, 'full');
    await fixture.work();
    expect(await fixture.lastRun()).toMatchObject({ status: 'failed', deleted: 0 });
  });

  it('comes by itself on the schedule once a day, where deletions are listed nowhere', async () => {
    fill(provider, 12, t0 - minute);
    await fixture.createItemsSync();
    await fixture.work();
    const modes: string[] = [];
    for (const ms of [15 * minute, 24 * 60 * minute, 15 * minute]) {
      pass(ms);
      await fixture.room.jobs.tasks['sync.schedule'].handler({}, { signal: new AbortController().signal });
      await fixture.work();
      modes.push((await fixture.lastRun()).mode);
    }
    expect(modes).toEqual(['incremental', 'full', 'incremental']);
  });
});
