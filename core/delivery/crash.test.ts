import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, publicId } from '../kernel/index.ts';
import { addTenant, startRig } from './testing/rig.ts';
import { startSink } from './testing/sink.ts';

let database: TestDatabase;
const children: ChildProcess[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.drop();
});

const limits = { firstConcurrency: 16, retryConcurrency: 4, unrecorded: 32, memory: 400, webhookMemory: 200 };
/** What may have been sent without its result being committed when the process was killed. */
const inFlight = limits.firstConcurrency + limits.retryConcurrency + limits.unrecorded;
const kills = 3;

const query = <T extends object>(sql: string) =>
  database.db.engine((tx) => tx.query<T & Record<string, unknown>>(sql));

test('killed again and again at any moment, nothing that was accepted is lost, and only what was in flight comes twice', async () => {
  const succeeded = new Map<string, number>();
  let failing = true;
  const sink = await startSink((request, nth) => {
    if (failing && nth % 10 === 0) return { status: 500 };
    const id = `${String(request.headers['webhook-id'])} ${request.path}`;
    succeeded.set(id, (succeeded.get(id) ?? 0) + 1);
    return { status: 200 };
  });
  const setup = await startRig({ db: database.db, sends: false });
  for (const name of ['one', 'two', 'three']) {
    const tenantId = await addTenant(database.db);
    await setup.addWebhook(tenantId, { url: `${sink.url}/${name}/a` });
    await setup.addWebhook(tenantId, { url: `${sink.url}/${name}/b`, events: ['contact.*'] });
  }
  await setup.stop();

  const accepted: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const driver = new URL('./testing/driver.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [driver, database.url, JSON.stringify(limits)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const wanted = accepted.length + 40 + Math.floor(Math.random() * 160);
    await new Promise<void>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        if (line.startsWith('evt_')) accepted.push(line);
        if (accepted.length >= wanted) resolve();
      });
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  failing = false;
  // Retries are due by then: this process's clock is ahead of theirs.
  const survivor = await startRig({
    db: database.db,
    clock: new FakeClock(new Date(Date.now() + 3_600_000)),
  });
  await expect
    .poll(async () => (await query('select delivery_id from delivery_queue')).length, { timeout: 60_000 })
    .toBe(0);
  await survivor.delivery.idle();
  expect((await query('select id from processes')).length).toBe(1);

  const events = new Set(
    (await query<{ id: string }>('select id from events')).map((row) => publicId('event', row.id)),
  );
  expect(accepted.filter((id) => !events.has(id))).toEqual([]);
  const deliveries = await query<{ event_id: string; url: string; ends: number }>(
    `select d.event_id, w.url, (select count(*) from attempts a where a.tenant_id = d.tenant_id
            and a.delivery_id = d.id and a.outcome = 'delivered')::int as ends
       from deliveries d join webhooks w on w.tenant_id = d.tenant_id and w.id = d.webhook_id`,
  );
  expect(deliveries.length).toBe(events.size * 2);
  expect(deliveries.filter((one) => one.ends === 0)).toEqual([]);
  const lost = deliveries.filter(
    (one) => !succeeded.has(`${publicId('event', one.event_id)} ${new URL(one.url).pathname}`),
  );
  expect(lost).toEqual([]);
  const duplicates = [...succeeded.values()].reduce((sum, times) => sum + times - 1, 0);
  expect(duplicates).toBeLessThanOrEqual(kills * inFlight);
  await survivor.stop();
  await sink.close();
}, 120_000);
