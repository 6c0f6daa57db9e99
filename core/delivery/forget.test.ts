import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, FakeClock, type Hints } from '../kernel/index.ts';
import { blankErased } from './blank-erased.ts';
import { forgetEvents } from './forget-store.ts';
import { addTenant, anEvent, type Rig } from './testing/rig.ts';
import type { SinkAnswer } from './testing/sink.ts';
import { createStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };
const [minuteMs, hourMs] = [60_000, 3_600_000];
const why = 'The data of the event was erased on request.';

let database: TestDatabase;
let tenantId: string;
let clock: FakeClock;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenantId = await addTenant(database.db);
  clock = new FakeClock(new Date());
});
afterEach(() => stage.clear());
afterAll(() => database.drop());

const stage = createStage(() => ({ db: database.db, tenantId }));
const { rigOf, sinkOf, listed, readOne, query } = stage;

/** Erases events as the job of an erasure does, in one commit. */
const erase = (eventIds: readonly string[], hints: Hints = { publish() {} }) =>
  database.db.engine(async (tx) => {
    await tx.query('select erase_events($1, $2::uuid[])', [tenantId, eventIds]);
    await forgetEvents({ clock, hints }).erase(tx, tenantId, eventIds);
  });
const look = (signal = new AbortController().signal, batchSize = 500) =>
  blankErased({ db: database.db, clock }, signal, batchSize);
const noted = () => query('select from erased_events where tenant_id = $1', [tenantId]);

/** What attempts hold, oldest delivery first. */
const bodies = async (rig: Rig) => {
  const all = await listed(rig, { limit: 200 });
  const logs = await Promise.all(all.toReversed().map(({ id }) => readOne(rig, id)));
  return logs.flatMap(({ log }) => log.map((one) => one.responseBody));
};

/** An endpoint that has each request and answers none before it is let. */
async function heldSink(answer: SinkAnswer) {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const sink = await sinkOf(async () => {
    await released;
    return answer;
  });
  return { sink, release };
}

test('what an attempt keeps that is recorded after the erasure of its event is gone with the next look', async () => {
  const rig = await rigOf({ limits: { transformMs: 10_000 } });
  const { sink, release } = await heldSink({ status: 200, body: 'ada@example.com, thank you' });
  await rig.addWebhook(tenantId, { url: sink.url, settings: { transform: '{"to": data.email}' } });
  const [event, other] = await rig.append(tenantId, [
    anEvent('order.placed', { email: 'ada@example.com' }),
    anEvent('order.placed', { email: 'bob@example.com' }),
  ]);
  await sink.arrived(2);
  await erase([event!.id]);
  release();
  await rig.delivery.idle();
  const [second, first] = await listed(rig);
  expect((await readOne(rig, first!.id)).log[0]).toMatchObject({
    responseBody: 'ada@example.com, thank you',
  });

  // Not before its time: a claim that read the event before may not be committed yet.
  await look();
  expect((await readOne(rig, first!.id)).log[0]?.responseBody).not.toBeNull();
  clock.advance(minuteMs);
  await look();
  expect(await readOne(rig, first!.id)).toMatchObject({
    status: 'delivered',
    log: [{ outcome: 'delivered', requestBody: null, responseBody: null, responseHeaders: null }],
  });
  expect((await readOne(rig, second!.id)).log[0]).toMatchObject({
    responseBody: 'ada@example.com, thank you',
  });
  expect(other).toBeDefined();
});

test('it is looked at as long as a delivery is under way, and an hour after that once more', async () => {
  const rig = await rigOf();
  const { sink, release } = await heldSink({ status: 200, body: 'hello' });
  await rig.addWebhook(tenantId, { url: sink.url });
  const [event] = await rig.append(tenantId, [anEvent()]);
  await sink.arrived(1);
  await erase([event!.id]);
  for (let n = 0; n < 3; n++) {
    clock.advance(5 * minuteMs);
    await look();
    expect(await noted()).toHaveLength(1);
  }
  release();
  await rig.delivery.idle();
  expect(await bodies(rig)).toEqual(['hello']);
  clock.advance(5 * minuteMs);
  await look();
  expect(await bodies(rig)).toEqual([null]);

  // Somebody who was taken for gone records late.
  await query(`update attempts set response_body = 'late' where tenant_id = $1`, [tenantId]);
  clock.advance(hourMs - 1_000);
  await look();
  expect(await bodies(rig)).toEqual(['late']);
  clock.advance(1_000);
  await look();
  expect([await bodies(rig), await noted()]).toEqual([[null], []]);
});

test('a retry that is claimed while its event is erased counts as under way', async () => {
  let tries = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const rig = await rigOf({ clock, limits: { pollMs: 20 } });
  const sink = await sinkOf(async () => {
    if (++tries === 1) return { status: 500, body: 'first' };
    await released;
    return { status: 200, body: 'second' };
  });
  await rig.addWebhook(tenantId, { url: sink.url });
  const [event] = await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
  clock.advance(minuteMs);
  rig.delivery.wake();
  await sink.arrived(2);
  await erase([event!.id]);
  expect(await bodies(rig)).toEqual([null]);
  clock.advance(minuteMs);
  await look();
  release();
  await expect.poll(() => bodies(rig), patiently).toContain('second');
  clock.advance(5 * minuteMs);
  await look();
  expect(await bodies(rig)).toEqual([null, null]);
});

test('whoever looks and dies between two batches has taken nothing from those who look after it', async () => {
  const rig = await rigOf();
  const { sink, release } = await heldSink({ status: 200, body: 'hello' });
  await rig.addWebhook(tenantId, { url: sink.url });
  const events = await rig.append(
    tenantId,
    Array.from({ length: 7 }, () => anEvent()),
  );
  await sink.arrived(1);
  await erase(events.map(({ id }) => id));
  release();
  await rig.delivery.idle();
  clock.advance(minuteMs);
  await database.db
    .engine(async (tx) => {
      await tx.query('select from erased_events for update');
      throw new Error('Died');
    })
    .catch(() => undefined);
  const stop = new AbortController();
  const died = look(stop.signal, 2);
  stop.abort(new Error('Died'));
  await expect(died).rejects.toThrow('Died');
  await Promise.all([look(undefined, 2), look(undefined, 3)]);
  await look();
  expect(new Set(await bodies(rig))).toEqual(new Set([null]));
  clock.advance(hourMs);
  await Promise.all([look(undefined, 2), look(undefined, 3)]);
  await look();
  expect(await noted()).toEqual([]);
});

test('what waits in the memory of a process is not sent once its event is erased', async () => {
  const rig = await rigOf();
  const { sink, release } = await heldSink({ status: 200 });
  await rig.addWebhook(tenantId, { url: sink.url, settings: { concurrency: 1 } });
  const [, event] = await rig.append(tenantId, [
    anEvent('order.placed', { n: 1 }),
    anEvent('order.placed', { n: 2 }),
    anEvent('order.placed', { n: 3 }),
  ]);
  await sink.arrived(1);
  // As every process hears it over the bus.
  await erase([event!.id], {
    publish: (_, hint) => {
      if (hint.kind === 'webhook') rig.delivery.webhookChangedElsewhere(bareId('webhook', hint.id!));
    },
  });
  release();
  await expect
    .poll(async () => (await listed(rig)).map(({ status }) => status).toSorted(), patiently)
    .toEqual(['delivered', 'delivered', 'failed']);
  const sent = sink.requests.map(({ body }) => (JSON.parse(body) as { data: { n: number } }).data.n);
  expect(new Set(sent)).toEqual(new Set([1, 3]));
  const failed = (await listed(rig)).find(({ status }) => status === 'failed');
  expect(failed?.lastError).toBe(why);
});

test('a value of an erased event that a failed transform has told of is gone, and that it failed stays', async () => {
  const rig = await rigOf({ limits: { transformMs: 10_000 } });
  const sink = await sinkOf();
  await rig.addWebhook(tenantId, { url: sink.url, settings: { transform: '$number(data.email)' } });
  const [event] = await rig.append(tenantId, [anEvent('order.placed', { email: 'ada@example.com' })]);
  await rig.delivery.idle();
  const errorOf = async () => (await readOne(rig, (await listed(rig))[0]!.id)).log[0]?.error;
  expect(await errorOf()).toContain('ada@example.com');
  await erase([event!.id]);
  expect(await errorOf()).toBe('The transform failed.');
});
