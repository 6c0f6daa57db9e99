import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { putCredential } from '../connections/credential-store.ts';
import { contextOf, createRig, type Rig } from '../connections/testing/rig.ts';
import { publicId } from '../kernel/index.ts';
import { createSync } from './create-sync.ts';
import { scheduleSyncs } from './schedule-syncs.ts';
import { createFixture, installJobs, type Fixture } from './testing/sync-fixture.ts';
import { fill, startSyntheticProvider, type SyntheticProvider } from './testing/synthetic-provider.ts';

const t0 = Date.parse('2026-01-01T00:00:00Z');
const reason = /^Syncing items is switched off .* Switch it on there/;

let database: TestDatabase;
let provider: SyntheticProvider;
let rig: Rig;
let fixture: Fixture;
/** The room, with calls that go the whole way through connections. */
let room: ReturnType<typeof createSync>;

beforeAll(async () => {
  database = await createTestDatabase();
  await installJobs(database.url);
});
afterAll(() => database.drop());
beforeEach(async () => {
  provider = await startSyntheticProvider();
  fixture = await createFixture(database.db, provider.provider);
  const { tenantId, connectionId, clock } = fixture;
  const registry = {
    all: [provider.provider],
    find: () => provider.provider,
    sandbox: () => ({ hosts: provider.provider.hosts, client: { id: 'x', secret: 'y' } }),
  };
  rig = createRig({ db: database.db, registry, allow: ['127.0.0.1:*'], clock });
  const credential = { kind: 'fields' as const, values: { token: 'a-token-of-nobody' } };
  await database.db.tenant(tenantId, (tx) =>
    putCredential(tx, rig.vault, tenantId, connectionId, credential, clock.now()),
  );
  room = createSync(fixture.depsFor({ caller: rig.caller }));
  fill(provider, 35, t0 - 60_000);
});
afterEach(async () => {
  rig.stop();
  await provider.close();
});

/** As an admin does in the settings, over whatever process. */
async function switchTo(resources: string[] | null): Promise<void> {
  const [row] = await fixture.query<{ id: string }>('select id from integrations where tenant_id = $1', [
    fixture.tenantId,
  ]);
  await rig.routes.update(contextOf(fixture.tenantId), {
    params: { id: publicId('integration', row!.id) },
    query: undefined,
    body: { features: { resources } },
  });
}

it('a resource that is off gets no new sync and no new run, by hand or by the schedule, until it is on again', async () => {
  const sync = await fixture.createItemsSync({ start: false });
  await switchTo([]);
  await expect(fixture.start(sync)).rejects.toMatchObject({
    code: 'feature_off',
    detail: expect.stringMatching(reason),
  });
  fixture.clock.advance(20 * 60_000);
  expect(await scheduleSyncs(fixture.deps)).toBe(0);
  await fixture.room.syncs.remove(fixture.context, {
    params: { id: sync },
    query: undefined,
    body: undefined,
  });
  await expect(fixture.createItemsSync()).rejects.toMatchObject({ code: 'feature_off' });
  expect(provider.requests).toEqual([]);

  await switchTo(['items']);
  await fixture.createItemsSync();
  await fixture.work(room);
  expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', created: 35 });
});

it('a run that waits when its resource is switched off ends with the reason and asks the provider nothing', async () => {
  await fixture.createItemsSync();
  await switchTo([]);
  await fixture.work(room);
  expect(await fixture.lastRun()).toMatchObject({
    status: 'cancelled',
    error: expect.stringMatching(reason),
    fetched: 0,
  });
  expect(provider.requests).toEqual([]);
});

it('a run under way ends cleanly at its next call: what it has read and its checkpoint stay, nothing has failed', async () => {
  await fixture.createItemsSync();
  provider.before = async (_path, url) => {
    if (url.searchParams.get('cursor') === '000010') await switchTo([]);
  };
  await fixture.work(room);
  // The page that was being asked for when it happened is still taken.
  const run = await fixture.lastRun();
  expect(run).toMatchObject({
    status: 'cancelled',
    error: expect.stringMatching(reason),
    created: 20,
    pages: 2,
  });
  const [kept] = await fixture.query<{ checkpoint: { place: { cursor?: string } } }>(
    'select checkpoint from sync_runs where tenant_id = $1',
    [fixture.tenantId],
  );
  expect(kept!.checkpoint.place).toMatchObject({ cursor: '000020' });
  expect(await fixture.records()).toHaveLength(20);
  expect(await fixture.events('sync.%')).toEqual([]);

  provider.before = async () => undefined;
  await switchTo(null);
  await fixture.start(run.syncId, 'full');
  await fixture.work(room);
  expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', created: 15, unchanged: 20 });
  expect(await fixture.events('item.created')).toHaveLength(35);
});
