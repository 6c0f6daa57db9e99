import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { nextDue, takeDue, type QueuedRow } from './queue-store.ts';
import { deleteSourceRow, lockSource, shareSources } from './source-store.ts';
import { takeTurns } from './take-turns.ts';
import { createRig } from './testing/rig.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const countOf = (rows: readonly QueuedRow[]) => {
  const counts: Record<string, number> = {};
  for (const { tenant_id: id } of rows) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
};

test('what one tenant floods the queue with keeps no other waiting, and each receipt is given to one worker', async () => {
  const { db } = database;
  const rig = createRig({ db, works: false });
  const [flood, some, one] = [await rig.addTenant(), await rig.addTenant(), await rig.addTenant()];
  const fill = async (tenantId: string, count: number) => {
    const { token } = await rig.addSource(tenantId, { dedupe: { by: 'none' } });
    await Promise.all(Array.from({ length: count }, (_, n) => rig.post(token, `${n}`)));
  };
  await fill(flood, 150);
  await fill(some, 40);
  await fill(one, 1);
  const now = new Date(Date.now() + 1_000);
  const end = Promise.withResolvers<void>();
  const workers: Promise<void>[] = [];
  const take = (limit: number) =>
    new Promise<QueuedRow[]>((resolve, reject) => {
      const worker = db.engine(async (tx) => {
        resolve(await takeDue(tx, now, limit));
        await end.promise;
      });
      worker.catch(reject);
      workers.push(worker);
    });
  // A third each; what the last has no use for the other two share.
  const first = await take(60);
  expect(countOf(first)).toEqual({ [flood]: 30, [some]: 29, [one]: 1 });
  const second = await take(60);
  expect(countOf(second)).toEqual({ [flood]: 49, [some]: 11 });
  const third = await take(200);
  expect(countOf(third)).toEqual({ [flood]: 71 });
  end.resolve();
  await Promise.all(workers);
  const all = [...first, ...second, ...third];
  expect(new Set(all.map(({ id }) => id)).size).toBe(191);
  // Of a tenant's own the oldest go first.
  const due = await db.engine((tx) =>
    tx.query<{ id: string }>('select id from ingest_queue where tenant_id = $1 order by due_at, id', [flood]),
  );
  const floods = all.filter((row) => row.tenant_id === flood);
  expect(floods.map(({ id }) => id)).toEqual(due.map(({ id }) => id));
});

test('the next one due is found whoever it is of', async () => {
  const { db } = database;
  const [head] = await db.engine((tx) =>
    tx.query<{ due_at: Date }>(`select min(due_at) as due_at from ingest_queue where lane = 'ready'`),
  );
  expect(await db.engine(nextDue)).toEqual(head?.due_at);
  await db.engine((tx) => tx.query('delete from ingest_queue'));
  expect(await db.engine(nextDue)).toBeUndefined();
});

test('in turns, no tenant has two before another that has any left has one, and each keeps its order', () => {
  const rows = fc.array(fc.record({ tenant_id: fc.constantFrom('a', 'b', 'c', 'd'), n: fc.nat() }));
  fc.assert(
    fc.property(rows, (given) => {
      const turns = takeTurns(given);
      const of = (list: typeof given, id: string) => list.filter((row) => row.tenant_id === id);
      for (const id of ['a', 'b', 'c', 'd']) expect(of(turns, id)).toEqual(of(given, id));
      turns.forEach(({ tenant_id: id }, place) => {
        const mine = of(turns.slice(0, place), id).length;
        for (const other of ['a', 'b', 'c', 'd'])
          expect(of(turns.slice(0, place), other).length).toBeGreaterThanOrEqual(
            Math.min(mine, of(turns, other).length),
          );
      });
    }),
  );
});

test('a source is deleted while its receipts are worked off, and neither fails for the other', async () => {
  const { db } = database;
  const rig = createRig({ db, works: false });
  const tenantId = await rig.addTenant();
  const { id, token } = await rig.addSource(tenantId, { dedupe: { by: 'none' } });
  for (const body of ['1', '2', '3']) await rig.post(token, body);
  const [taken, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const working = db.engine(async (tx) => {
    expect(await takeDue(tx, new Date(Date.now() + 1_000), 2)).toHaveLength(2);
    taken.resolve();
    await gone.promise;
    return shareSources(tx, tenantId, [id]);
  });
  await taken.promise;
  await db
    .tenant(tenantId, async (tx) => {
      await tx.query(`set local lock_timeout = '2s'`);
      expect(await lockSource(tx, tenantId, id)).toBeDefined();
      await deleteSourceRow(tx, tenantId, id);
    })
    .finally(() => gone.resolve());
  expect(await working).toEqual([]);
  // Those that nobody had went with the source; the others end with their batch.
  const left = await db.engine((tx) => tx.query('select from ingest_queue where tenant_id = $1', [tenantId]));
  expect(left).toHaveLength(2);
  const worker = createRig({ db });
  worker.ingest.start();
  const outcomes = () =>
    db.engine((tx) => tx.query('select note from receipt_outcomes where tenant_id = $1', [tenantId]));
  await expect
    .poll(outcomes, { timeout: 10_000 })
    .toEqual([{ note: 'The source was deleted.' }, { note: 'The source was deleted.' }]);
  await worker.ingest.stop();
});
