import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createLogger } from '@mortise/platform/telemetry';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId } from '../kernel/index.ts';
import { closedCircuit } from './judge-circuit.ts';
import { Recorder, type Result } from './recorder.ts';
import { addTenant, anEvent, someTrace, startRig, type Rig } from './testing/rig.ts';
import { startSink, type Sink } from './testing/sink.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

let database: TestDatabase;
let tenantId: string;
const rigs: Rig[] = [];
const sinks: Sink[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenantId = await addTenant(database.db);
});
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  for (const rig of rigs.splice(0)) await rig.stop(0);
});
afterAll(() => database.drop());

const query = <T extends object>(sql: string, values: unknown[] = []) =>
  database.db.engine((tx) => tx.query<T & Record<string, unknown>>(sql, values));

const attempts = () =>
  query<{ number: number; outcome: string }>('select number, outcome from attempts where tenant_id = $1', [
    tenantId,
  ]);

/** A sink that answers nothing before `open` is called, and everything after. */
async function gatedSink() {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const sink = await startSink(() => gate.then(() => ({ status: 200 })));
  sinks.push(sink);
  return { url: sink.url, received: () => sink.requests.length, open };
}

test('with the database away results wait in memory and are written when it is back, once', async () => {
  const rig = await startRig({ db: database.db });
  rigs.push(rig);
  const sink = await gatedSink();
  await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(
    tenantId,
    Array.from({ length: 12 }, () => anEvent()),
  );
  await expect.poll(sink.received, patiently).toBe(12);
  const name = new URL(database.url).pathname.slice(1);
  const server = new pg.Client({ connectionString: inject('databaseUrl') });
  await server.connect();
  await server.query(`alter database ${name} with allow_connections false`);
  await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  sink.open();
  await expect.poll(() => rig.delivery.counts().unrecorded, patiently).toBeGreaterThan(0);
  await server.query(`alter database ${name} with allow_connections true`);
  await server.end();
  await rig.delivery.idle();
  expect((await attempts()).map((row) => [row.number, row.outcome])).toEqual(
    Array.from({ length: 12 }, () => [1, 'delivered']),
  );
  expect(sink.received()).toBe(12);
});

test('a process that was taken for gone leaves its unsent deliveries to who took over, and ends none of them twice', async () => {
  const asleep = await startRig({ db: database.db });
  rigs.push(asleep);
  const sink = await gatedSink();
  await asleep.addWebhook(tenantId, { url: sink.url, settings: { concurrency: 1 } });
  await asleep.append(tenantId, [anEvent(), anEvent(), anEvent()]);
  await expect.poll(sink.received, patiently).toBe(1);
  const lostId = asleep.process.id;
  await query(`update processes set heartbeat_at = now() - interval '1 hour' where id = $1`, [lostId]);
  // Nothing is answered yet, so that the survivor needs more than one at a time to send them all.
  await query(`update webhooks set settings = '{}', version = version + 1 where tenant_id = $1`, [tenantId]);
  const survivor = await startRig({ db: database.db });
  rigs.push(survivor);
  await expect.poll(sink.received, patiently).toBe(4);
  await asleep.process.beat();
  expect(asleep.process.id).not.toBe(lostId);
  sink.open();
  await Promise.all([asleep.delivery.idle(), survivor.delivery.idle()]);
  expect((await attempts()).map((row) => [row.number, row.outcome])).toEqual(
    Array.from({ length: 3 }, () => [1, 'delivered']),
  );
  expect(await query('select delivery_id from delivery_queue where tenant_id = $1', [tenantId])).toEqual([]);
  // The one that was in flight came twice, the others once.
  expect(sink.received()).toBe(4);
  await asleep.append(tenantId, [anEvent()]);
  // It goes on, and until the other knows of it anew, what it accepts is sent by that one.
  await expect.poll(async () => (await attempts()).length, patiently).toBe(4);
});

test('nor is it recovered under its new id while a transaction that accepts in its name is open', async () => {
  const asleep = await startRig({ db: database.db });
  rigs.push(asleep);
  await asleep.addWebhook(tenantId, { url: 'http://127.0.0.1:9/' });
  await query('update processes set gone_at = now() where id = $1', [asleep.process.id]);
  await asleep.process.beat();
  const { id } = asleep.process;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  let written: () => void = () => {};
  const isWritten = new Promise<void>((resolve) => (written = resolve));
  const accepting = database.db.tenant(tenantId, async (tx) => {
    await asleep.events.append(tx, { tenantId, traceId: someTrace }, [anEvent()]);
    written();
    await ended;
  });
  await isWritten;
  const isRecoverable = async () =>
    (await query<{ free: boolean }>('select pg_try_advisory_xact_lock(process_lock($1)) as free', [id]))[0];
  expect(await isRecoverable()).toEqual({ free: false });
  end();
  await accepting;
  expect(await isRecoverable()).toEqual({ free: true });
});

test('one answer that the database will not hold does not keep the others from being written, nor its attempt', async () => {
  const webhookId = newId();
  await query(
    `insert into webhooks (tenant_id, id, name, url, events, status) values ($1, $2, '', '', '{}', 'active')`,
    [tenantId, webhookId],
  );
  const committed: string[] = [];
  const recorder = new Recorder({
    db: database.db,
    logger: createLogger({ level: 'silent' }),
    disable: async () => {},
    committed: (results) => void committed.push(...results.map((result) => result.deliveryId)),
  });
  const result = (body: string): Result => {
    const deliveryId = newId();
    return {
      deliveryId,
      attempt: {
        tenant_id: tenantId,
        delivery_id: deliveryId,
        number: 1,
        webhook_id: webhookId,
        outcome: 'delivered',
        status_code: 200,
        error: null,
        request_headers: {},
        response_headers: { 'x-body': body },
        response_body: body,
        duration_ms: 1,
        started_at: new Date(),
        next_attempt_at: null,
        process_id: newId(),
      },
      ...(body === '\0'
        ? { circuit: { tenantId, webhookId, circuit: { ...closedCircuit, transitions: 1, reason: body } } }
        : {}),
    };
  };
  const results = ['fine', 'fine', '\0', 'fine', 'fine'].map(result);
  for (const one of results) recorder.add(one);
  expect(await recorder.drain(5_000)).toBe(true);
  const rows = await query<{ delivery_id: string; response_body: string | null }>(
    'select delivery_id, response_body from attempts where tenant_id = $1 order by delivery_id',
    [tenantId],
  );
  expect(rows.map((row) => row.response_body)).toEqual(['fine', 'fine', null, 'fine', 'fine']);
  expect(await query('select circuit from webhooks where tenant_id = $1', [tenantId])).toEqual([
    { circuit: { ...closedCircuit, transitions: 1 } },
  ]);
  expect(committed.toSorted()).toEqual(results.map((one) => one.deliveryId).toSorted());
});
