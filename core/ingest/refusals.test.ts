import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock } from '../kernel/index.ts';
import { keptRefusals, RefusalBudget } from './refusal-budget.ts';
import { readUnkept } from './refusal-store.ts';
import { createRig } from './testing/rig.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const query = <T extends object>(sql: string, values: unknown[] = []) =>
  database.db.engine((tx) => tx.query<T & Record<string, unknown>>(sql, values));
const silent = { info() {}, warn() {}, error() {} };
const signed = { scheme: { type: 'bearer', header: 'x-key', prefix: '' } } as const;
const minuteMs = 60_000;

test('processes that refuse at once keep what an hour allows, all together; the next hour begins anew', async () => {
  const clock = new FakeClock('2026-03-01T12:00:00Z');
  const rig = createRig({ db: database.db, clock, works: false });
  const tenantId = await rig.addTenant();
  const [source, other] = [await rig.addSource(tenantId), await rig.addSource(tenantId)];
  const budgets = [1, 2, 3].map(() => new RefusalBudget({ db: database.db, clock, logger: silent }));
  const flood = async (minutes: number) => {
    let kept = 0;
    for (let minute = 0; minute < minutes; minute++, clock.advance(minuteMs)) {
      const asked = budgets.flatMap((budget) =>
        Array.from({ length: 100 }, () => budget.spend(tenantId, source.id)),
      );
      const passed = (await Promise.all(asked)).filter(Boolean).length;
      expect(passed).toBeLessThanOrEqual(budgets.length * keptRefusals.perMinute);
      kept += passed;
    }
    return kept;
  };
  expect(await flood(10)).toBe(keptRefusals.perHour);
  // A process that is started anew goes by the same row, and one source takes nothing from another.
  const fresh = new RefusalBudget({ db: database.db, clock, logger: silent });
  expect(await fresh.spend(tenantId, source.id)).toBe(false);
  expect(await fresh.spend(tenantId, other.id)).toBe(true);
  clock.advance(60 * minuteMs);
  expect(await flood(1)).toBe(budgets.length * keptRefusals.perMinute);
});

test('a flood of forged requests is kept up to the bound and no more of each; all of it is counted', async () => {
  const clock = new FakeClock(new Date());
  const rig = createRig({ db: database.db, clock, works: false });
  const tenantId = await rig.addTenant();
  const source = await rig.addSource(tenantId, signed);
  const [name, filler] = ['x'.repeat(40), 'v'.repeat(3_000)];
  const headers = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`${name}${n}`, filler]));
  const forged = () => rig.post(source.token, 'b'.repeat(100_000), { 'x-first': 'kept', ...headers });
  const refused = await Promise.allSettled(Array.from({ length: keptRefusals.perMinute + 30 }, forged));
  expect(refused.every(({ status }) => status === 'rejected')).toBe(true);
  await rig.ingest.stop();

  const kept = await query<{ headers: Record<string, string>; bytes: number; whole: number }>(
    `select headers, octet_length(body) as bytes, body_bytes as whole from receipts
      where source_id = $1 and verdict = 'refused'`,
    [source.id],
  );
  expect(kept).toHaveLength(keptRefusals.perMinute);
  for (const row of kept) {
    expect([row.bytes, row.whole]).toEqual([4_096, 100_000]);
    expect(Buffer.byteLength(JSON.stringify(row.headers))).toBeLessThan(4_500);
    expect(row.headers['x-first']).toBe('kept');
  }
  const counters = await query<{ name: string; value: number }>(
    'select name, value from counters where tenant_id = $1 and name like $2',
    [tenantId, `receipts.%refused ${source.id}`],
  );
  expect(counters).toEqual([{ name: `receipts.refused ${source.id}`, value: keptRefusals.perMinute + 30 }]);
  const unkept = await database.db.tenant(tenantId, (tx) =>
    readUnkept(tx, tenantId, new Date(Date.now() - 3_600_000)),
  );
  expect(unkept).toEqual([{ id: source.id, name: 'S', unkept: 30 }]);
});
