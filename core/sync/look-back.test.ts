import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createFixture, installJobs } from './testing/sync-fixture.ts';
import { startSyntheticProvider } from './testing/synthetic-provider.ts';

const t0 = Date.parse('2026-01-01T00:00:00Z');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await installJobs(database.url);
});
afterAll(() => database.drop());

/** Bursts of changes; all of one burst bear one change time, which may be the same as the burst's before. */
const bursts = fc.array(
  fc.record({
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 14 }),
    laterMs: fc.constantFrom(0, 1, 1_000, 60_000, 7_200_000),
  }),
  { minLength: 1, maxLength: 4 },
);

it.each([
  ['a cursor that is an offset into a moving list', { movingOffset: true, maxResults: 12 }],
  ['windows that end after a few results', { maxResults: 10 }],
  ['plain pages', {}],
])(
  'incremental runs end up with just what the provider holds, many records sharing one change time: %s',
  async (_how, options) => {
    await fc.assert(
      fc.asyncProperty(bursts, async (given) => {
        const provider = await startSyntheticProvider({ pageSize: 4, ...options });
        try {
          const fixture = await createFixture(database.db, provider.provider);
          const sync = await fixture.createItemsSync();
          await fixture.work();
          let at = t0;
          for (const [n, burst] of given.entries()) {
            at += burst.laterMs;
            provider.now = new Date(at);
            fixture.clock.advance(60_000);
            for (const place of burst.ids) {
              const id = String(place).padStart(3, '0');
              provider.items.set(id, { id, name: `Item ${place} of burst ${n}`, updatedAt: at });
            }
            await fixture.start(sync, 'incremental');
            await fixture.work();
            expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded' });
            const held = await fixture.records('external_id as id, title as name');
            const there = [...provider.items.values()].map(({ id, name }) => ({ id, name }));
            expect(held).toEqual(there.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
          }
          expect(provider.requests.filter((path) => path.startsWith('/items'))).toHaveLength(1);
        } finally {
          await provider.close();
        }
      }),
      { numRuns: 15 },
    );
  },
  60_000,
);

it('looks back as far as the resource’s index lags: a change that shows up late is found', async () => {
  const provider = await startSyntheticProvider({ lookBackMs: 60_000 });
  const fixture = await createFixture(database.db, provider.provider);
  provider.items.set('a', { id: 'a', name: 'A', updatedAt: t0 });
  const sync = await fixture.createItemsSync();
  await fixture.work();
  provider.items.set('a', { id: 'a', name: 'A later', updatedAt: t0 + 90_000 });
  provider.now = new Date(t0 + 100_000);
  await fixture.start(sync);
  await fixture.work();
  provider.items.set('b', { id: 'b', name: 'Late', updatedAt: t0 + 45_000 });
  await fixture.start(sync);
  await fixture.work();
  expect(await fixture.lastRun()).toMatchObject({ mode: 'incremental', created: 1 });
  await provider.close();
});

it('a failed run moves the watermark nowhere', async () => {
  const provider = await startSyntheticProvider({ pageSize: 2 });
  const fixture = await createFixture(database.db, provider.provider);
  const sync = await fixture.createItemsSync();
  await fixture.work();
  const mark = () => fixture.query('select watermark from syncs where tenant_id = $1', [fixture.tenantId]);
  const before = await mark();
  for (const id of ['a', 'b', 'c', 'd', 'e']) provider.items.set(id, { id, name: id, updatedAt: t0 + 1_000 });
  provider.now = new Date(t0 + 7_200_000);
  provider.before = (_path, url) => (url.searchParams.get('cursor') === '4' ? { status: 403 } : undefined);
  await fixture.start(sync);
  await fixture.work();
  expect(await fixture.lastRun()).toMatchObject({ status: 'failed', created: 4 });
  expect(await mark()).toEqual(before);
  provider.before = () => undefined;
  await fixture.start(sync);
  await fixture.work();
  expect(await fixture.lastRun()).toMatchObject({ status: 'succeeded', created: 1 });
  await provider.close();
});
