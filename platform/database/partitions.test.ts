import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';

const tenant = '01920000-0000-7000-8000-00000000000a';
const other = '01920000-0000-7000-8000-00000000000b';
const dayMs = 86_400_000;

let test: TestDatabase;
beforeAll(async () => void (test = await createTestDatabase({ max: 6 })));
afterAll(() => test.drop());

/** Puts an event at a moment, told apart from others of the moment by `n`, and gives its id. */
async function put(at: Date, n = 1, owner = tenant): Promise<string> {
  const hex = at.getTime().toString(16).padStart(12, '0');
  const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
  await test.db.tenant(owner, async (tx) => {
    await tx.query(
      `insert into events (tenant_id, id, type, data, trace_id, occurred_at, delivery_count) values ($1, $2, 'a.b', '{}', $2, $3, 0)`,
      [owner, id, at],
    );
  });
  return id;
}
const partitionOf = (id: string) =>
  test.db.engine(async (tx) => {
    const rows = await tx.query<{ partition: string }>(
      'select tableoid::regclass::text as partition from events where id = $1',
      [id],
    );
    return rows.map((row) => row.partition);
  });
const ensure = (day: string) => test.db.engine((tx) => tx.query('call ensure_partitions($1)', [day]));
const drop = (today: string) =>
  test.db.engine(async (tx) =>
    (await tx.query<{ name: string }>('select drop_old_partitions($1) as name', [today]))
      .map((row) => row.name)
      .toSorted(),
  );
const partitionsOfDay = (day: string) =>
  test.db.engine(async (tx) =>
    (
      await tx.query<{ name: string }>(
        `select relname as name from pg_class where relkind = 'r' and relispartition and relname like $1 order by 1`,
        [`%\\_${day.replaceAll('-', '')}`],
      )
    ).map((row) => row.name),
  );

describe('ensure_partitions', () => {
  it('puts a day of its own under every table, from midnight to midnight in UTC', async () => {
    await ensure('2026-03-01');
    expect(await partitionsOfDay('2026-03-01')).toEqual(
      [
        'attempts',
        'audit_entries',
        'deliveries',
        'events',
        'proxy_calls',
        'receipt_outcomes',
        'receipts',
      ].map((name) => `${name}_20260301`),
    );
    const midnight = Date.parse('2026-03-01T00:00:00Z');
    expect(await partitionOf(await put(new Date(midnight - 1)))).toEqual(['events_default']);
    expect(await partitionOf(await put(new Date(midnight)))).toEqual(['events_20260301']);
    expect(await partitionOf(await put(new Date(midnight + dayMs - 1)))).toEqual(['events_20260301']);
    expect(await partitionOf(await put(new Date(midnight + dayMs), 2))).toEqual(['events_default']);
  });

  it('moves what is there already because the day was made too late, and loses and doubles nothing', async () => {
    const day = Date.parse('2026-04-10T00:00:00Z');
    const within = await Promise.all(
      [0, 1, dayMs / 2, dayMs - 1].map((ms, n) => put(new Date(day + ms), n, n % 2 ? other : tenant)),
    );
    const around = await Promise.all([-1, dayMs].map((ms) => put(new Date(day + ms))));
    await ensure('2026-04-10');
    for (const id of within) expect(await partitionOf(id)).toEqual(['events_20260410']);
    for (const id of around) expect(await partitionOf(id)).toEqual(['events_default']);
    // The day and the default partition are behind the wall as they were.
    const seen = await test.db.tenant(other, (tx) =>
      tx.query<{ id: string }>('select id from events where id = any($1)', [within]),
    );
    expect(seen.map((row) => row.id).toSorted()).toEqual([within[1], within[3]]);
    await expect(test.db.tenant(other, (tx) => tx.query('select from events_default'))).rejects.toThrow(
      /permission denied/,
    );
    expect(await partitionOf(await put(new Date(day - 3 * dayMs)))).toEqual(['events_default']);
  });

  it('may be called by many at once, while rows of that day come in', async () => {
    const day = Date.parse('2026-05-05T00:00:00Z');
    const ids: string[] = [];
    const writer = async () => {
      for (let n = 0; n < 40; n++) ids.push(await put(new Date(day + n), n));
    };
    const callers = Array.from({ length: 4 }, () => ensure('2026-05-05'));
    await Promise.all([writer(), ...callers]);
    expect(ids).toHaveLength(40);
    for (const id of ids) expect(await partitionOf(id)).toEqual(['events_20260505']);
  });

  it('is for the engine alone', async () => {
    await expect(
      test.db.tenant(tenant, (tx) => tx.query(`call ensure_partitions('2026-06-01')`)),
    ).rejects.toThrow(/permission denied/);
    await expect(
      test.db.tenant(tenant, (tx) => tx.query(`select drop_old_partitions('2027-06-01')`)),
    ).rejects.toThrow(/permission denied/);
  });
});

describe('drop_old_partitions', () => {
  beforeEach(async () => {
    await drop('2900-01-01');
  });

  it('drops the days past retention, each table by its own, and nothing younger', async () => {
    await ensure('2026-01-01');
    await ensure('2026-01-02');
    expect(await drop('2026-01-31')).toEqual([]);
    expect(await drop('2026-02-01')).toEqual([
      'attempts_20260101',
      'deliveries_20260101',
      'events_20260101',
      'proxy_calls_20260101',
      'receipt_outcomes_20260101',
      'receipts_20260101',
    ]);
    expect(await drop('2026-02-01')).toEqual([]);
    expect(await partitionsOfDay('2026-01-02')).toHaveLength(7);
    expect(await partitionsOfDay('2026-01-01')).toEqual(['audit_entries_20260101']);
  });

  it('takes what is as old from the default partition too, and leaves the rest there', async () => {
    const old = await put(new Date('2026-01-01T23:59:59.999Z'));
    const young = await put(new Date('2026-01-02T00:00:00Z'));
    await drop('2026-02-01');
    expect([await partitionOf(old), await partitionOf(young)]).toEqual([[], ['events_default']]);
  });

  it('may be called by many at once: each partition is dropped by one', async () => {
    await ensure('2026-01-01');
    const dropped = await Promise.all([drop('2026-02-01'), drop('2026-02-01'), drop('2026-02-01')]);
    expect(dropped.flat().toSorted()).toEqual([
      'attempts_20260101',
      'deliveries_20260101',
      'events_20260101',
      'proxy_calls_20260101',
      'receipt_outcomes_20260101',
      'receipts_20260101',
    ]);
  });
});
