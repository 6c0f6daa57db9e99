import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import { anEvent, bodyOf, contextOf, startRig, type Rig } from './testing/rig.ts';
import type { SinkRequest } from './testing/sink.ts';
import { useStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 60_000 };
/** Failures here come by chance and are no trouble of the endpoint's. */
const circuitRules = { consecutive: 1_000_000, calls: 1_000_000 };
const often = { enabled: true, attempts: 30, schedule: [1] };

let database: TestDatabase;
let tenantId: string;
const stage = useStage((now) => void ({ database, tenantId } = now));
const { rigOf, sinkOf, query, listed, update, queued } = stage;

interface Numbered {
  key: string;
  n: number;
}
const numbered = (request: SinkRequest) => (JSON.parse(request.body) as { data: Numbered }).data;
const ofKey = (key: string, n: number) => anEvent('thing.changed', { key, n });

/** What a receiver took per key: the numbers of successful requests in the order of their arrival. */
class Taken {
  readonly byKey = new Map<string, number[]>();
  readonly seen = new Set<string>();
  /** Notes a success. @returns whether it had come before */
  note({ key, n }: Numbered): void {
    const list = this.byKey.get(key) ?? [];
    this.byKey.set(key, list);
    const id = `${key} ${n}`;
    // A duplicate after a crash is told by its id; it says nothing of the order.
    if (!this.seen.has(id)) list.push(n);
    this.seen.add(id);
  }
  /** The keys whose numbers are not all there, one after the other. */
  outOfOrder(keys: number, perKey: number): string[] {
    const wanted = Array.from({ length: perKey }, (_, n) => n).join();
    return Array.from({ length: keys }, (_, key) => `k${key}`).filter(
      (key) => this.byKey.get(key)?.join() !== wanted,
    );
  }
}

test('under random failures and with several processes each key comes in the order of its events, none lost, none twice', async () => {
  const rigs = [
    await rigOf({ circuitRules, limits: { pollMs: 50 } }),
    await rigOf({ circuitRules, limits: { pollMs: 50 } }),
    await rigOf({ circuitRules, limits: { pollMs: 50 } }),
  ];
  const taken = new Taken();
  let [successes, tries] = [0, 0];
  const sink = await sinkOf((request) => {
    tries += 1;
    if (Math.random() < 0.1) return { status: 500 };
    successes += 1;
    taken.note(numbered(request));
    return { status: 200 };
  });
  await rigs[0]!.addWebhook(tenantId, {
    url: sink.url,
    settings: { orderBy: '/data/key', retry: often, concurrency: 32 },
  });
  const [keys, perKey] = [40, 10];
  // Each key's events are committed one after the other, through whichever process.
  await Promise.all(
    Array.from({ length: keys }, async (_, key) => {
      for (let n = 0; n < perKey; n++)
        await rigs[Math.floor(Math.random() * 3)]!.append(tenantId, [ofKey(`k${key}`, n)]);
    }),
  );
  await expect.poll(queued, patiently).toEqual([]);
  expect(taken.outOfOrder(keys, perKey)).toEqual([]);
  expect(successes).toBe(keys * perKey);
  expect(tries).toBeGreaterThan(successes);
}, 90_000);

test('one that fails holds back only those of its key, until it is given up; what has no key waits for nothing', async () => {
  const rig = await rigOf({ circuitRules, limits: { pollMs: 20 } });
  const taken = new Taken();
  const sink = await sinkOf((request) => {
    const given = numbered(request);
    if (given.key === 'bad' && given.n === 0) return { status: 500 };
    taken.note(given);
    return { status: 200 };
  });
  await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { orderBy: '/data/key', retry: { enabled: true, attempts: 3, schedule: [2] } },
  });
  await rig.append(tenantId, [
    ofKey('bad', 0),
    ofKey('bad', 1),
    ofKey('good', 0),
    ofKey('bad', 2),
    ofKey('good', 1),
    anEvent('thing.changed', { key: null, n: 0 }),
  ]);
  await expect
    .poll(() => [taken.byKey.get('good'), taken.byKey.has('null')], patiently)
    .toEqual([[0, 1], false]);
  await expect.poll(() => taken.seen.has('null 0'), patiently).toBe(true);
  expect(taken.byKey.has('bad')).toBe(false);
  await expect.poll(() => taken.byKey.get('bad'), patiently).toEqual([1, 2]);
  const tries = sink.requests.map(numbered).filter((one) => one.key === 'bad');
  expect(tries.map((one) => one.n)).toEqual([0, 0, 0, 1, 2]);
  // Sent again by hand it has no order any more, and holds nobody back.
  const [failed] = await listed(rig, { status: 'failed' });
  const input = { params: { id: failed!.id }, query: undefined, body: undefined };
  bodyOf(await rig.routes.retry(contextOf(tenantId), input));
  await rig.append(tenantId, [ofKey('bad', 3)]);
  await expect.poll(() => taken.byKey.get('bad'), patiently).toEqual([1, 2, 3]);
}, 90_000);

test('with an empty pointer all of a webhook come one after the other; paused and resumed they go on in their order', async () => {
  const rig = await rigOf({ limits: { pollMs: 20 } });
  let [open, most] = [0, 0];
  const order: number[] = [];
  const sink = await sinkOf(async (request) => {
    most = Math.max(most, ++open);
    order.push(numbered(request).n);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return { status: 200 };
  });
  const { id } = await rig.addWebhook(tenantId, { url: sink.url, settings: { orderBy: '' } });
  await rig.append(
    tenantId,
    Array.from({ length: 10 }, (_, n) => ofKey(`k${n}`, n)),
  );
  await sink.arrived(3);
  await update(rig, id, { status: 'paused' });
  await rig.append(
    tenantId,
    Array.from({ length: 10 }, (_, n) => ofKey(`k${n}`, 10 + n)),
  );
  await update(rig, id, { status: 'active' });
  await expect.poll(queued, patiently).toEqual([]);
  expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(most).toBe(1);
});

test('killed in between, what was in flight comes again before anything behind it', async () => {
  const taken = new Taken();
  let failing = 0;
  const sink = await sinkOf((request) => {
    failing += 1;
    if (failing % 13 === 0) return { status: 500 };
    taken.note(numbered(request));
    return { status: 200 };
  });
  const setup = await startRig({ db: database.db, sends: false });
  await setup.addWebhook(tenantId, {
    url: sink.url,
    settings: { orderBy: '/data/key', retry: often },
  });
  const [keys, perKey] = [20, 30];
  for (let n = 0; n < perKey; n++)
    await setup.append(
      tenantId,
      Array.from({ length: keys }, (_, key) => ofKey(`k${key}`, n)),
    );
  await setup.stop();
  for (let kill = 1; kill <= 2; kill++) {
    const child = spawn(
      process.execPath,
      [new URL('./testing/sending.ts', import.meta.url).pathname, database.url],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    await once(createInterface(child.stdout), 'line');
    await sink.arrived(kill * 150);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rigOf({ circuitRules });
  await expect.poll(queued, patiently).toEqual([]);
  expect(taken.outOfOrder(keys, perKey)).toEqual([]);
}, 120_000);

test('thousands of keys drain side by side', async () => {
  const setup = await startRig({ db: database.db, sends: false });
  const taken = new Taken();
  let [open, most] = [0, 0];
  const sink = await sinkOf(async (request) => {
    most = Math.max(most, ++open);
    taken.note(numbered(request));
    await new Promise((resolve) => setTimeout(resolve, 5));
    open -= 1;
    return { status: 200 };
  });
  await setup.addWebhook(tenantId, {
    url: sink.url,
    settings: { orderBy: '/data/key', concurrency: 64 },
  });
  const [keys, perKey] = [2_000, 2];
  for (let n = 0; n < perKey; n++)
    await setup.append(
      tenantId,
      Array.from({ length: keys }, (_, key) => ofKey(`k${key}`, n)),
    );
  await setup.stop();
  const rig: Rig = await rigOf();
  await expect.poll(async () => (await queued()).length, patiently).toBe(0);
  await rig.delivery.idle();
  expect(taken.outOfOrder(keys, perKey)).toEqual([]);
  expect(most).toBeGreaterThan(8);
  const [row] = await query<{ count: number }>(
    `select count(*)::int as count from attempts where tenant_id = $1 and outcome = 'delivered'`,
    [tenantId],
  );
  expect(row?.count).toBe(keys * perKey);
}, 120_000);
