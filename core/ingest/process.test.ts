import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, FakeClock, newId } from '../kernel/index.ts';
import type { Processor } from './deps.ts';
import { cancelReplayRow, insertReplay, queueNext, readReplayRow } from './replay-store.ts';
import { createRig } from './testing/rig.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const query = <T extends object>(sql: string, values: unknown[] = []) =>
  database.db.engine((tx) => tx.query<T & Record<string, unknown>>(sql, values));

const patient = { timeout: 15_000 };

async function drained(sourceId: string): Promise<void> {
  const due = `select from ingest_queue where source_id = $1 and due_at < now() + interval '1 s'`;
  await expect.poll(async () => (await query(due, [sourceId])).length, { timeout: 20_000 }).toBe(0);
}

test('whatever comes twice, in whatever order and at once over several processes, raises one event a key', async () => {
  const rigs = [
    createRig({ db: database.db }),
    createRig({ db: database.db }),
    createRig({ db: database.db }),
  ];
  const [first] = rigs;
  if (first === undefined) throw new Error('No rig');
  for (const rig of rigs) rig.ingest.start();
  const tenantId = await first.addTenant();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 }),
      async (keys) => {
        const source = await first.addSource(tenantId, { dedupe: { by: 'pointer', pointer: '/id' } });
        const ids = await Promise.all(
          keys.map((key, n) => rigs[n % rigs.length]!.post(source.token, JSON.stringify({ id: key, n }))),
        );
        await drained(source.id);
        const receipts = await query<{
          id: string;
          verdict: string;
          dedupe_key: string;
          duplicate_of: string | null;
        }>('select id, verdict, dedupe_key, duplicate_of from receipts where source_id = $1', [source.id]);
        expect(receipts.map((row) => row.id).toSorted()).toEqual(
          ids.map((id) => bareId('receipt', id)).toSorted(),
        );
        const accepted = receipts.filter((row) => row.verdict === 'accepted');
        expect(accepted.map((row) => row.dedupe_key).toSorted()).toEqual(
          [...new Set(keys.map(String))].toSorted(),
        );
        for (const row of receipts.filter(({ verdict }) => verdict === 'duplicate'))
          expect(accepted.find((one) => one.id === row.duplicate_of)?.dedupe_key).toBe(row.dedupe_key);
        const events = await query('select from receipt_outcomes where source_id = $1', [source.id]);
        expect(events).toHaveLength(accepted.length);
      },
    ),
    { numRuns: 15 },
  );
  for (const rig of rigs) await rig.ingest.stop();
});

test('past its window the same request is a new one', async () => {
  const clock = new FakeClock(new Date());
  const rig = createRig({ db: database.db, clock, works: false });
  const tenantId = await rig.addTenant();
  const source = await rig.addSource(tenantId, { dedupeHours: 1 });
  await rig.post(source.token, '{}');
  clock.advance(3_599_000);
  await rig.post(source.token, '{}');
  clock.advance(2_000);
  await rig.post(source.token, '{}');
  const verdicts = await query<{ verdict: string }>(
    'select verdict from receipts where source_id = $1 order by id',
    [source.id],
  );
  expect(verdicts.map((row) => row.verdict)).toEqual(['accepted', 'duplicate', 'accepted']);
});

test('a processor that fails is tried again later, holds nobody else up, and is given up with its reason', async () => {
  const clock = new FakeClock(new Date());
  let tries = 0;
  const processors: Record<string, Processor> = {
    stubborn: {
      description: 'Fails',
      async process() {
        tries += 1;
        throw new Error(`No, for the ${tries}. time`);
      },
    },
  };
  const rig = createRig({ db: database.db, clock, processors });
  const tenantId = await rig.addTenant();
  const bad = await rig.addSource(tenantId, { processor: 'stubborn' });
  const good = await rig.addSource(tenantId);
  const kept = await rig.addSource(tenantId, { processor: 'store-only' });
  rig.ingest.start();
  await Promise.all([bad, good, kept].map(({ token }) => rig.post(token, '{"n":1}')));
  const outcomes = (id: string) =>
    query<{ status: string; note: string | null; attempts: number; event_ids: string[] }>(
      'select status, note, attempts, event_ids from receipt_outcomes where source_id = $1',
      [id],
    );
  await expect
    .poll(() => outcomes(good.id), patient)
    .toMatchObject([{ status: 'processed', event_ids: [expect.any(String)] }]);
  await expect.poll(() => outcomes(kept.id), patient).toMatchObject([{ status: 'processed', event_ids: [] }]);
  const waiting = () =>
    query<{ attempts: number; error: string }>(
      'select attempts, error from ingest_queue where source_id = $1',
      [bad.id],
    );
  for (let attempt = 1; attempt <= 5; attempt++) {
    await expect.poll(waiting, patient).toMatchObject([{ attempts: attempt }]);
    clock.advance(3 * 3_600_000);
  }
  await expect.poll(waiting, patient).toEqual([]);
  const [given] = await outcomes(bad.id);
  expect(given).toMatchObject({ status: 'failed', attempts: 6 });
  expect(given?.note).toMatch(/^No, for the/);
  await rig.ingest.stop();
});

test('what a processor writes has happened once, whatever it throws after it', async () => {
  const clock = new FakeClock(new Date());
  let failures = 2;
  const processors: Record<string, Processor> = {
    counting: {
      description: 'Writes, then fails twice',
      async process(tx, { tenantId }) {
        await tx.query(
          `insert into counters (tenant_id, hour, name, value) values ($1, date_trunc('hour', now()), 'written', 1)
           on conflict (tenant_id, hour, name) do update set value = counters.value + 1`,
          [tenantId],
        );
        if (failures-- > 0) throw new Error('After writing');
        return { events: [{ type: 'thing.done', subject: null, data: {} }] };
      },
    },
  };
  const rig = createRig({ db: database.db, clock, processors });
  const tenantId = await rig.addTenant();
  const source = await rig.addSource(tenantId, { processor: 'counting' });
  rig.ingest.start();
  await rig.post(source.token, '{}');
  await expect
    .poll(async () => {
      clock.advance(600_000);
      return query('select from receipt_outcomes where source_id = $1', [source.id]);
    }, patient)
    .toHaveLength(1);
  await rig.ingest.stop();
  const written = await query<{ value: number }>(
    `select value from counters where tenant_id = $1 and name = 'written'`,
    [tenantId],
  );
  expect(written).toEqual([{ value: 1 }]);
  expect(
    await query(`select from events where tenant_id = $1 and type = 'thing.done'`, [tenantId]),
  ).toHaveLength(1);
});

test('a replay of many goes on where it was when its process died, and puts none in twice', async () => {
  const rig = createRig({ db: database.db });
  const tenantId = await rig.addTenant();
  const source = await rig.addSource(tenantId, { dedupe: { by: 'none' } });
  for (let n = 0; n < 25; n++) await rig.post(source.token, `{"n":${n}}`);
  const id = newId();
  await database.db.tenant(tenantId, (tx) =>
    insertReplay(tx, tenantId, {
      id,
      sourceId: source.id,
      failedOnly: false,
      fromId: '00000000-0000-7000-8000-000000000000',
      toId: newId(),
      traceId: newId(),
    }),
  );
  const page = { now: new Date(), limit: 10, makeId: newId };
  const next = (fail = false) =>
    database.db.tenant(tenantId, async (tx) => {
      const queued = await queueNext(tx, tenantId, id, page);
      if (fail) throw new Error('Died');
      return queued;
    });
  expect(await next()).toBe(10);
  await expect(next(true)).rejects.toThrow('Died');
  const rest = await Promise.all([next(), next(), next()]);
  expect(rest.toSorted()).toEqual([0, 10, 5]);
  rig.ingest.start();
  await drained(source.id);
  await rig.ingest.stop();
  const outcomes = await query<{ replay: boolean; n: number }>(
    'select replay, count(*)::int as n from receipt_outcomes where source_id = $1 group by 1 order by 1',
    [source.id],
  );
  expect(outcomes).toEqual([
    { replay: false, n: 25 },
    { replay: true, n: 25 },
  ]);
});

test('a replay says how many of how many are done and failed, also when a batch of it is tried again', async () => {
  const processors: Record<string, Processor> = {
    picky: {
      description: 'Refuses odd numbers for good',
      async process(_, { body }) {
        const { n } = JSON.parse(Buffer.from(body).toString()) as { n: number };
        if (n % 2 === 1) throw new Error('Odd');
        return {};
      },
    },
  };
  const clock = new FakeClock(new Date());
  const rig = createRig({ db: database.db, clock, processors });
  const tenantId = await rig.addTenant();
  const source = await rig.addSource(tenantId, { dedupe: { by: 'none' }, processor: 'picky' });
  for (let n = 0; n < 6; n++) await rig.post(source.token, `{"n":${n}}`);
  const id = await startReplay(tenantId, source.id);
  await queueAll(tenantId, id);
  expect(await readReplay(tenantId, id)).toMatchObject({
    status: 'done',
    queued: 6,
    waiting: 6,
    processed: 0,
  });
  rig.ingest.start();
  await expect
    .poll(async () => {
      clock.advance(3 * 3_600_000);
      return readReplay(tenantId, id);
    }, patient)
    .toMatchObject({ queued: 6, waiting: 0, processed: 3, failed: 3, dropped: 0 });
  await rig.ingest.stop();
});

test('a cancelled replay processes nothing more, ends what is under way, and its figures add up', async () => {
  let begun = () => {};
  const isUnderWay = new Promise<void>((resolve) => (begun = resolve));
  let goOn = () => {};
  const mayEnd = new Promise<void>((resolve) => (goOn = resolve));
  let isReplayed = false;
  const processors: Record<string, Processor> = {
    slow: {
      description: 'Waits',
      async process(_, { replay }) {
        if (replay && !isReplayed) {
          isReplayed = true;
          begun();
          await mayEnd;
        }
        return {};
      },
    },
  };
  const rig = createRig({ db: database.db, processors });
  const tenantId = await rig.addTenant();
  const source = await rig.addSource(tenantId, { dedupe: { by: 'none' }, processor: 'slow' });
  for (let n = 0; n < 4; n++) await rig.post(source.token, `{"n":${n}}`);
  const id = await startReplay(tenantId, source.id);
  const page = { now: new Date(), limit: 2, makeId: newId };
  await database.db.tenant(tenantId, (tx) => queueNext(tx, tenantId, id, page));
  rig.ingest.start();
  await isUnderWay;
  // The next two come while the first are under way, so that they wait behind nobody's lock.
  await database.db.tenant(tenantId, (tx) =>
    queueNext(tx, tenantId, id, { ...page, now: new Date(Date.now() + 60_000) }),
  );
  const cancel = () =>
    database.db.tenant(tenantId, (tx) => cancelReplayRow(tx, tenantId, id, 'Cancelled by Ada'));
  expect(await cancel()).toBe(true);
  expect(await cancel()).toBe(false);
  expect(await database.db.tenant(tenantId, (tx) => queueNext(tx, tenantId, id, page))).toBe(0);
  goOn();
  await expect
    .poll(() => readReplay(tenantId, id), patient)
    .toMatchObject({ status: 'cancelled', queued: 4, processed: 2, dropped: 2, waiting: 0 });
  await rig.ingest.stop();
  const again = await query('select from receipt_outcomes where source_id = $1 and replay', [source.id]);
  expect(again).toHaveLength(2);
});

test('what fails while its replay is being cancelled is not tried again', async () => {
  let begun = () => {};
  const isUnderWay = new Promise<void>((resolve) => (begun = resolve));
  let goOn = () => {};
  const mayEnd = new Promise<void>((resolve) => (goOn = resolve));
  const processors: Record<string, Processor> = {
    failing: {
      description: 'Waits, then fails',
      async process(_, { replay }) {
        if (!replay) return {};
        begun();
        await mayEnd;
        throw new Error('It failed');
      },
    },
  };
  const rig = createRig({ db: database.db, processors });
  const tenantId = await rig.addTenant();
  const source = await rig.addSource(tenantId, { dedupe: { by: 'none' }, processor: 'failing' });
  await rig.post(source.token, '{"n":1}');
  const id = await startReplay(tenantId, source.id);
  await queueAll(tenantId, id);
  rig.ingest.start();
  await isUnderWay;
  await database.db.tenant(tenantId, (tx) => cancelReplayRow(tx, tenantId, id, 'Cancelled by Ada'));
  goOn();
  await expect
    .poll(() => readReplay(tenantId, id), patient)
    .toMatchObject({ status: 'cancelled', queued: 1, processed: 0, failed: 1, dropped: 0, waiting: 0 });
  await rig.ingest.stop();
});

async function startReplay(tenantId: string, sourceId: string): Promise<string> {
  const id = newId();
  const [fromId, toId] = ['00000000-0000-7000-8000-000000000000', newId()];
  const replay = { id, sourceId, failedOnly: false, fromId, toId, traceId: newId() };
  await database.db.tenant(tenantId, (tx) => insertReplay(tx, tenantId, replay));
  return id;
}

async function queueAll(tenantId: string, id: string): Promise<void> {
  const page = { now: new Date(), limit: 2, makeId: newId };
  while ((await database.db.tenant(tenantId, (tx) => queueNext(tx, tenantId, id, page))) > 0);
}

const readReplay = (tenantId: string, id: string) =>
  database.db.tenant(tenantId, (tx) => readReplayRow(tx, tenantId, id));
