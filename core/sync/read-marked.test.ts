import type { Provider } from '@mortise/providers/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId } from '../kernel/index.ts';
import { createFixture, installJobs } from './testing/sync-fixture.ts';
import { fill, startSyntheticProvider, type SyntheticProvider } from './testing/synthetic-provider.ts';

let database: TestDatabase;
let provider: SyntheticProvider;
beforeAll(async () => {
  database = await createTestDatabase();
  await installJobs(database.url);
  provider = await startSyntheticProvider();
});
afterAll(async () => {
  await provider.close();
  await database.drop();
});

/** The provider with a call for one item. */
function readingOne(given: Provider): Provider {
  const { items } = given.resources;
  if (items === undefined) throw new Error('There are no items');
  return {
    ...given,
    resources: {
      items: {
        ...items,
        get: {
          request: () => ({ method: 'GET', url: 'api:/items', query: { limit: 1_000 } }),
          read: (response, id) =>
            (response.json() as { results: { id: string }[] }).results.find((one) => one.id === id),
        },
      },
    },
  };
}

it('a change told of while the provider is away, for however long, is read once it is back', async () => {
  const fixture = await createFixture(database.db, readingOne(provider.provider));
  const { tenantId, connectionId, clock, query } = fixture;
  const syncId = bareId('sync', await fixture.createItemsSync({ start: false }));
  fill(provider, 3, clock.now().getTime());
  let away = true;
  provider.before = () => (away ? { status: 503 } : undefined);
  const change = { connectionId, resource: 'items', externalId: '000002', traceId: '1'.repeat(32) };
  await database.db.engine((tx) => fixture.room.changed(tx, tenantId, [change]));
  const readDue = async () => {
    const due = await query('delete from fixture_jobs where run_at <= $1 and payload @> $2 returning key', [
      clock.now(),
      { tenantId, syncId },
    ]);
    const task = fixture.room.jobs.tasks['sync.marked'];
    for (let n = 0; n < due.length; n++)
      await task.handler({ tenantId, syncId }, { signal: new AbortController().signal });
    return due.length;
  };
  // Each of them as the only job there is: two hours, in which the tries of any one would have ended.
  for (let passed = 0; passed < 24; passed++) {
    clock.advance(6 * 60_000);
    expect(await readDue()).toBe(1);
  }
  expect(await fixture.records()).toEqual([]);
  away = false;
  clock.advance(6 * 60_000);
  expect(await readDue()).toBe(1);
  expect(await fixture.records('external_id')).toEqual([{ external_id: '000002' }]);
  expect((await fixture.events('item.%')).map(({ type }) => type)).toEqual(['item.created']);
  expect(await query('select from sync_marks where sync_id = $1', [syncId])).toEqual([]);
});
