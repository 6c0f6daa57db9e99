import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId, publicId } from '../kernel/index.ts';
import { createFixture, installJobs, type Fixture } from './testing/sync-fixture.ts';
import { fill, startSyntheticProvider, type SyntheticProvider } from './testing/synthetic-provider.ts';

const minute = 60_000;
const never = new AbortController().signal;

let database: TestDatabase;
let provider: SyntheticProvider;
let fixture: Fixture;

beforeAll(async () => {
  database = await createTestDatabase();
  await installJobs(database.url);
  provider = await startSyntheticProvider();
});
afterAll(async () => {
  await provider.close();
  await database.drop();
});
beforeEach(async () => {
  provider.items.clear();
  provider.before = () => undefined;
  fixture = await createFixture(database.db, provider.provider);
});

const bodyOf = <T extends object>(reply: T | { body: T }): T => ('body' in reply ? reply.body : reply);
const read = async (id: string) =>
  bodyOf(
    await fixture.room.syncs.read(fixture.context, { params: { id }, query: undefined, body: undefined }),
  );
const update = async (
  id: string,
  body: { status?: 'active' | 'paused'; everyMinutes?: number | null },
  headers = {},
) =>
  bodyOf(
    await fixture.room.syncs.update(
      { ...fixture.context, headers },
      { params: { id }, query: undefined, body },
    ),
  );
const schedule = () => fixture.room.jobs.tasks['sync.schedule'].handler({}, { signal: never });
const audited = async () =>
  (
    await fixture.query<{ action: string }>(
      'select action from audit_entries where tenant_id = $1 order by id',
      [fixture.tenantId],
    )
  ).map((row) => row.action);
const listRecords = async (query: {
  search?: string;
  cursor?: string;
  limit?: number;
  deleted?: 'without' | 'only' | 'with';
  resource?: string;
}) =>
  bodyOf(
    await fixture.room.records.list(fixture.context, {
      params: undefined,
      query: { limit: 50, deleted: 'without', ...query },
      body: undefined,
    }),
  );

it('creates a sync with its first run, its job and its audit entry, or none of them', async () => {
  const id = await fixture.createItemsSync();
  expect(await read(id)).toMatchObject({
    provider: 'synthetic',
    resource: 'items',
    everyMinutes: 15,
    status: 'active',
    recordCount: 0,
    lastRunStatus: 'queued',
    nextRunAt: '2026-01-01T00:15:00.000Z',
    version: 1,
  });
  expect(await audited()).toEqual(['sync.created']);
  await expect(fixture.createItemsSync()).rejects.toMatchObject({ code: 'already_exists' });
  const body = {
    connectionId: publicId('connection', fixture.connectionId),
    resource: 'toString',
    everyMinutes: 15,
    start: true,
  };
  const create = (given: typeof body) =>
    database.db.tenant(fixture.tenantId, (tx) =>
      fixture.room.syncs.create(fixture.context, { params: undefined, query: undefined, body: given }, tx),
    );
  await expect(create(body)).rejects.toMatchObject({
    code: 'unprocessable',
    detail: 'This provider has: items.',
  });
  await expect(create({ ...body, connectionId: publicId('connection', newId()) })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await audited()).toEqual(['sync.created']);
  expect(await fixture.runs()).toHaveLength(1);
});

it('gives the open run back instead of a second one', async () => {
  const id = await fixture.createItemsSync();
  const [a, b] = await Promise.all([fixture.start(id), fixture.start(id, 'full')]);
  expect(a.id).toBe((await fixture.lastRun()).id);
  expect(b.id).toBe(a.id);
  expect(await fixture.runs()).toHaveLength(1);
  expect(await audited()).toEqual(['sync.created']);
});

it('refuses to run while the account has to be connected again', async () => {
  const id = await fixture.createItemsSync({ start: false });
  await fixture.query(`update connections set status = 'needs_reconnect' where tenant_id = $1`, [
    fixture.tenantId,
  ]);
  await expect(fixture.start(id)).rejects.toMatchObject({ code: 'needs_reconnect' });
});

it('updates only the version that the caller has read', async () => {
  const id = await fixture.createItemsSync({ start: false });
  await expect(update(id, { status: 'paused' }, { 'if-match': '"7"' })).rejects.toMatchObject({
    code: 'version_mismatch',
  });
  expect(await update(id, { status: 'paused' }, { 'if-match': '"1"' })).toMatchObject({
    status: 'paused',
    nextRunAt: null,
    version: 2,
  });
  fixture.clock.advance(minute);
  expect(await update(id, { status: 'active', everyMinutes: 5 })).toMatchObject({
    everyMinutes: 5,
    nextRunAt: '2026-01-01T00:06:00.000Z',
  });
  expect(await update(id, { everyMinutes: null })).toMatchObject({ everyMinutes: null, nextRunAt: null });
  expect(await audited()).toEqual(['sync.created', 'sync.updated', 'sync.updated', 'sync.updated']);
});

it('asks once for each run that is due, however many processes look and however many were missed', async () => {
  const id = await fixture.createItemsSync({ start: false });
  await schedule();
  expect(await fixture.runs()).toEqual([]);
  fixture.clock.advance(50 * minute);
  await Promise.all([schedule(), schedule(), schedule()]);
  expect(await fixture.runs()).toMatchObject([{ trigger: 'schedule', status: 'queued' }]);
  expect(await read(id)).toMatchObject({ nextRunAt: '2026-01-01T01:00:00.000Z' });
});

it('leaves out what is paused or not connected, and catches up once when it is connected again', async () => {
  const id = await fixture.createItemsSync({ start: false });
  fixture.clock.advance(20 * minute);
  await update(id, { status: 'paused' });
  await schedule();
  await update(id, { status: 'active' });
  await fixture.query(`update connections set status = 'needs_reconnect' where tenant_id = $1`, [
    fixture.tenantId,
  ]);
  fixture.clock.advance(60 * minute);
  await schedule();
  expect(await fixture.runs()).toEqual([]);
  await fixture.query(`update connections set status = 'connected' where tenant_id = $1`, [fixture.tenantId]);
  await schedule();
  await schedule();
  expect(await fixture.runs()).toHaveLength(1);
});

it('gives a queued run whose job was lost a new one', async () => {
  await fixture.createItemsSync();
  await fixture.query(`delete from fixture_jobs where payload->>'tenantId' = $1`, [fixture.tenantId]);
  await schedule();
  expect(await fixture.work()).toBe(0);
  fixture.clock.advance(11 * minute);
  await fixture.room.rescueOrphans();
  expect(await fixture.work()).toBe(1);
  expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded' });
});

it('deletes a sync with its runs and records, even while it runs, and the run then writes nothing', async () => {
  fill(provider, 45, Date.parse('2026-01-01'));
  const id = await fixture.createItemsSync();
  let deleted = false;
  provider.before = async (_path, url) => {
    if (url.searchParams.get('cursor') !== '000020') return undefined;
    await vi.waitFor(async () => expect(await fixture.lastRun()).toMatchObject({ pages: 2 }));
    await fixture.room.syncs.remove(fixture.context, { params: { id }, query: undefined, body: undefined });
    deleted = true;
    return undefined;
  };
  await fixture.work();
  expect(deleted).toBe(true);
  await expect(read(id)).rejects.toMatchObject({ code: 'not_found' });
  for (const table of ['records', 'sync_runs', 'sync_run_met', 'quarantine']) {
    expect(await fixture.query(`select from ${table} where tenant_id = $1`, [fixture.tenantId])).toEqual([]);
  }
  expect(await audited()).toEqual(['sync.created', 'sync.deleted']);
});

it('lists records by their latest change in pages, and takes what is searched for as text', async () => {
  fill(provider, 12, Date.parse('2026-01-01'));
  provider.items.set('z', { id: 'z', name: '100%_\\done', updatedAt: Date.parse('2026-01-01') });
  await fixture.createItemsSync();
  await fixture.work();
  const ids: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await listRecords({ limit: 5, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...page.data.map((record) => record.externalId));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(ids).toEqual([...provider.items.keys()].toReversed());
  expect((await listRecords({ search: '%_\\D' })).data.map((record) => record.title)).toEqual([
    '100%_\\done',
  ]);
  expect((await listRecords({ search: 'item_1' })).data).toEqual([]);
  expect((await listRecords({ resource: 'others' })).data).toEqual([]);
  expect((await listRecords({ deleted: 'only' })).data).toEqual([]);
  await expect(listRecords({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' });
});

it('shows no tenant anything of another', async () => {
  fill(provider, 3, Date.parse('2026-01-01'));
  const id = await fixture.createItemsSync();
  await fixture.work();
  const [record] = (await listRecords({})).data;
  const run = await fixture.lastRun();
  const other = await createFixture(database.db, provider.provider);
  const params = <T>(given: T) => ({ params: given, query: undefined, body: undefined });
  await expect(other.room.syncs.read(other.context, params({ id }))).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(other.room.runs.read(other.context, params({ id: run.id }))).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(other.room.runs.cancel(other.context, params({ id: run.id }))).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(
    other.room.records.read(other.context, params({ id: record?.id ?? '' })),
  ).rejects.toMatchObject({ code: 'not_found' });
  await expect(other.room.syncs.remove(other.context, params({ id }))).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(other.start(id)).rejects.toMatchObject({ code: 'not_found' });
  expect(await other.runs()).toEqual([]);
});
