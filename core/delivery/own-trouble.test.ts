import fc from 'fast-check';
import { expect, test } from 'vitest';
import { webhookSettings } from '@mortise/contract';
import { FakeClock, newId } from '../kernel/index.ts';
import { Circuits } from './circuits.ts';
import { createConclusions } from './conclude.ts';
import { circuitRules } from './judge-circuit.ts';
import { judgeSetback } from './judge-setback.ts';
import type { Exchange, Outgoing } from './outgoing.ts';
import { anEvent, bodyOf } from './testing/rig.ts';
import { useStage } from './testing/stage.ts';
import { ticksOf, transformProcesses } from './testing/transform-processes.ts';
import { createTransformer } from './transformer.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };
const hourMs = 3_600_000;
const endless = '($f := function($n) { $n = 0 ? 0 : $f($n + 1) }; $f(1))';

let tenantId: string;
const stage = useStage((now) => void ({ tenantId } = now));
const { rigOf, sinkOf, query, update } = stage;

const waiting = () =>
  query<{ attempt: number; setbacks: number }>(
    'select attempt, setbacks from delivery_queue where tenant_id = $1 and claimed_by is null',
    [tenantId],
  );
const attempts = () =>
  query<{ number: number; outcome: string; error: string | null }>(
    'select number, outcome, error from attempts where tenant_id = $1 order by number',
    [tenantId],
  );
const circuit = () => query('select circuit from webhooks where tenant_id = $1', [tenantId]);

test('it is put back at growing distances, some dozen times, and then counts', () => {
  fc.assert(
    fc.property(fc.nat({ max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (setbacks, random) => {
      const [at, least, most] = [random, 0, 1].map((chance) => judgeSetback(setbacks, chance));
      expect(at === undefined).toBe(setbacks >= 12);
      if (at === undefined) return;
      expect(at).toBeGreaterThanOrEqual(least!);
      expect(at).toBeLessThanOrEqual(most!);
      expect(most).toBeGreaterThanOrEqual(1_000);
      expect(most).toBeLessThanOrEqual(300_000);
      if (setbacks > 0) expect(most).toBeGreaterThanOrEqual(judgeSetback(setbacks - 1, 1)!);
    }),
  );
});

test('whatever is not the fault of the endpoint leaves its circuit as it would be without', () => {
  const fault = fc.constantFrom(undefined, 'settings' as const, 'ours' as const);
  const send = fc.record({ fault, works: fc.boolean(), setbacks: fc.nat({ max: 14 }) });
  fc.assert(
    fc.property(fc.array(send, { maxLength: 60 }), (sends) => {
      const clock = new FakeClock(new Date(0));
      const all = sends.map((one) => {
        const { fault: blamed, works, setbacks } = one;
        const item = { ...anItem, setbacks };
        const statusCode = works && blamed === undefined ? 200 : null;
        const exchange = { ...anExchange, statusCode, error: statusCode === null ? 'No.' : null };
        return { item, exchange: blamed === undefined ? exchange : { ...exchange, fault: blamed } };
      });
      const after = (some: typeof all) => {
        const circuits = new Circuits(circuitRules);
        const rest = { processId: () => newId(), isOrphaned: () => false, rest: () => {} };
        const conclude = createConclusions({ circuits, clock, ...rest });
        for (const { item, exchange } of some) conclude.ofAttempt(item, exchange);
        const { state, opened, failing } = circuits.of(anItem.target.webhookId);
        return { state, opened, failing };
      };
      expect(after(all)).toEqual(after(all.filter(({ exchange }) => !('fault' in exchange))));
    }),
  );
});

test('while consents cannot be looked up deliveries wait, without an attempt and without harm to the circuit', async () => {
  const clock = new FakeClock(new Date());
  let works = false;
  const sink = await sinkOf();
  const rig = await rigOf({
    clock,
    circuitRules: { consecutive: 1 },
    consentGate: async () => {
      if (!works) throw new Error('The ledger is away');
      return undefined;
    },
  });
  const consent = { purpose: 'news', subject: '/data/person' };
  await rig.addWebhook(tenantId, { url: sink.url, settings: { consent } });
  await rig.append(tenantId, [anEvent('contact.updated', { person: 'ann' })]);
  for (const setbacks of [1, 2, 3]) {
    await expect.poll(waiting, patiently).toEqual([{ attempt: 1, setbacks }]);
    const about = { params: undefined, query: {}, body: undefined };
    expect(bodyOf(await rig.routes.undelivered(stage.context(), about)).data).toMatchObject([
      { why: 'waiting', explanation: expect.stringContaining('on our side') as string },
    ]);
    clock.advance(hourMs);
    rig.delivery.wake();
  }
  works = true;
  clock.advance(hourMs);
  await sink.arrived(1);
  await rig.delivery.idle();
  expect(await attempts()).toEqual([{ number: 1, outcome: 'delivered', error: null }]);
  expect(await circuit()).toEqual([{ circuit: null }]);
});

test('what looks like trouble of our own for too long is a failed attempt, and the circuit still stays closed', async () => {
  const clock = new FakeClock(new Date());
  const rig = await rigOf({
    clock,
    circuitRules: { consecutive: 1 },
    consentGate: () => Promise.reject(new Error('It always fails')),
  });
  const consent = { purpose: 'news', subject: '/data/person' };
  await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/', settings: { consent } });
  await rig.append(tenantId, [anEvent('contact.updated', { person: 'ann' })]);
  await expect.poll(waiting, patiently).toEqual([{ attempt: 1, setbacks: 1 }]);
  await query('update delivery_queue set setbacks = 12 where tenant_id = $1', [tenantId]);
  clock.advance(hourMs);
  rig.delivery.wake();
  await expect.poll(waiting, patiently).toEqual([{ attempt: 2, setbacks: 0 }]);
  expect(await attempts()).toEqual([
    { number: 1, outcome: 'retrying', error: 'The consent could not be looked up.' },
  ]);
  expect(await circuit()).toEqual([{ circuit: null }]);
});

test('a transform whose process is killed from outside uses no attempt', async () => {
  const clock = new FakeClock(new Date());
  const sink = await sinkOf();
  const rig = await rigOf({ clock, limits: { transformMs: 60_000 }, circuitRules: { consecutive: 1 } });
  const { id } = await rig.addWebhook(tenantId, { url: sink.url, settings: { transform: endless } });
  await rig.append(tenantId, [anEvent()]);
  await atWork();
  for (const pid of transformProcesses()) process.kill(pid, 'SIGKILL');
  await expect.poll(waiting, patiently).toEqual([{ attempt: 1, setbacks: 1 }]);
  await update(rig, id, { settings: { transform: 'data' } });
  clock.advance(hourMs);
  await sink.arrived(1);
  await rig.delivery.idle();
  expect(await attempts()).toEqual([{ number: 1, outcome: 'delivered', error: null }]);
  expect(await circuit()).toEqual([{ circuit: null }]);
});

test('a transform that fails by itself uses attempts and says nothing about the endpoint', async () => {
  const sink = await sinkOf();
  const rig = await rigOf({ limits: { transformMs: 10_000 }, circuitRules: { consecutive: 1 } });
  await rig.addWebhook(tenantId, { url: sink.url, settings: { transform: '$error("no")' } });
  await rig.append(tenantId, [anEvent()]);
  await expect.poll(waiting, patiently).toEqual([{ attempt: 2, setbacks: 0 }]);
  expect((await attempts()).map(({ outcome }) => outcome)).toEqual(['retrying']);
  expect(await circuit()).toEqual([{ circuit: null }]);
});

test('a probe whose transform fails leaves the circuit open for the next one', async () => {
  const clock = new FakeClock(new Date());
  let works = false;
  const sink = await sinkOf(() => ({ status: works ? 200 : 500 }));
  const rig = await rigOf({ clock, limits: { transformMs: 10_000 }, circuitRules: { consecutive: 1 } });
  const transform = 'data.n = 1 ? data : $error("no")';
  await rig.addWebhook(tenantId, { url: sink.url, settings: { transform } });
  await rig.append(tenantId, [anEvent('a.b', { n: 1 })]);
  await expect.poll(waiting, patiently).toEqual([{ attempt: 2, setbacks: 0 }]);
  works = true;
  // The one that fails is due first.
  await rig.append(tenantId, [anEvent('a.b', { n: 2 })]);
  clock.advance(60_000);
  rig.delivery.wake();
  await sink.arrived(2);
  await rig.delivery.idle();
  const state = () =>
    query(`select circuit->>'state' as state from webhooks where tenant_id = $1`, [tenantId]);
  await expect.poll(state, patiently).toEqual([{ state: 'closed' }]);
});

test('a transform that had no processor is not late: only one that had its time is', async () => {
  const transformer = createTransformer({ deadlineMs: 2_000 });
  try {
    const ask = (by: string, expression: string) => transformer.run({ tenantId: by, expression, body: '{}' });
    await expect.poll(() => ask('one', '1'), patiently).toEqual({ kind: 'given', body: '1' });
    const stopped = ask('two', endless);
    await atWork();
    const pids = transformProcesses();
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    expect(await stopped).toMatchObject({ kind: 'unavailable' });
    await expect.poll(() => ask('three', endless), patiently).toMatchObject({ kind: 'failed' });
  } finally {
    transformer.close();
  }
});

/** Until a transform is surely being run. */
async function atWork(): Promise<void> {
  await expect.poll(() => transformProcesses().length, patiently).toBeGreaterThan(0);
  const before = ticksOf(transformProcesses());
  await expect.poll(() => ticksOf(transformProcesses()) - before, patiently).toBeGreaterThan(15);
}

const anItem: Outgoing = {
  tenantId: newId(),
  deliveryId: newId(),
  target: {
    webhookId: newId(),
    version: 1,
    url: 'http://127.0.0.1:9/',
    settings: webhookSettings.parse({}),
    keys: [],
    newestSecretId: null,
    authSecret: undefined,
    tls: undefined,
  },
  messageId: 'evt_1',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  body: Buffer.from('{}'),
  number: 1,
  lane: 'retry',
  fence: 1,
  claimedUntil: Infinity,
  ordered: false,
  setbacks: 0,
  probe: false,
};

const anExchange: Exchange = {
  statusCode: null,
  error: null,
  retryAfter: undefined,
  requestHeaders: {},
  requestBody: null,
  responseHeaders: null,
  responseBody: null,
  durationMs: 1,
  startedAt: new Date(0),
};
