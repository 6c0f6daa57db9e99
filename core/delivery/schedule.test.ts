import { expect, test } from 'vitest';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock } from '../kernel/index.ts';
import { anEvent, bodyOf, contextOf, startRig, type Rig } from './testing/rig.ts';
import { useStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 30_000 };

let database: TestDatabase;
let tenantId: string;
const stage = useStage((now) => void ({ database, tenantId } = now));
const { rigOf, sinkOf, query, listed, update, queued } = stage;

const events = (count: number, type: string) => Array.from({ length: count }, (_, n) => anEvent(type, { n }));

async function circuitOf(rig: Rig, id: string) {
  const input = { params: { id }, query: undefined, body: undefined };
  const { circuit, status, reason } = bodyOf(await rig.routes.read(contextOf(tenantId), input));
  return { circuit, status, reason };
}

/** Resolves when several processes know of one another. */
async function settled(...rigs: Rig[]): Promise<void> {
  for (const rig of rigs) {
    await expect
      .poll(async () => {
        await rig.process.beat();
        return rig.process.sharers('delivery').length;
      }, patiently)
      .toBe(rigs.length);
  }
}

test('a limited webhook gets no more than its limit in any span over all processes and through a restart, loses nothing, and delays nobody', async () => {
  const times: number[] = [];
  const sink = await sinkOf((request) => {
    if (request.path === '/limited') times.push(performance.now());
    return { status: 200 };
  });
  const limit = { requests: 30, perSeconds: 2 };
  const [one, two] = [await rigOf(), await startRig({ db: database.db })];
  await settled(one, two);
  await one.addWebhook(tenantId, {
    url: `${sink.url}/limited`,
    events: ['limited.*'],
    settings: { rateLimit: limit },
  });
  await one.addWebhook(tenantId, { url: `${sink.url}/free`, events: ['free.*'] });
  for (const rig of [one, two]) {
    await rig.append(tenantId, events(60, 'limited.made'));
    // What it may send in two seconds is in memory, the rest waits in the queue.
    expect(rig.delivery.counts().accepted).toBeLessThanOrEqual(limit.requests);
    await rig.append(tenantId, events(40, 'free.made'));
  }
  await expect
    .poll(() => sink.requests.filter((request) => request.path === '/free').length, patiently)
    .toBe(80);
  expect(times.length).toBeLessThan(120);
  await two.stop();
  await rigOf();
  await expect.poll(() => times.length, patiently).toBe(120);
  times.sort((earlier, later) => earlier - later);
  for (const [index, start] of times.entries()) {
    const within = times.slice(index).filter((at) => at < start + limit.perSeconds * 1000).length;
    expect(within).toBeLessThanOrEqual(limit.requests);
  }
  await expect.poll(queued, patiently).toEqual([]);
  const attempts = await query<{ outcome: string; number: number }>(
    'select outcome, number from attempts where tenant_id = $1',
    [tenantId],
  );
  expect(attempts.every((attempt) => attempt.outcome === 'delivered' && attempt.number === 1)).toBe(true);
}, 60_000);

test('a concurrency is shared out: all processes together have no more in flight than the webhook allows, and a single place goes to one of them', async () => {
  const [rigs, open] = [[await rigOf(), await rigOf(), await rigOf()], new Map<string, number>()];
  await settled(...rigs);
  const most = new Map<string, number>();
  let finish: (() => void)[] = [];
  const sink = await sinkOf((request) => {
    const now = (open.get(request.path) ?? 0) + 1;
    open.set(request.path, now);
    most.set(request.path, Math.max(now, most.get(request.path) ?? 0));
    return new Promise((resolve) =>
      finish.push(() => {
        open.set(request.path, (open.get(request.path) ?? 0) - 1);
        resolve({ status: 200 });
      }),
    );
  });
  const [rig] = rigs;
  for (const concurrency of [1, 4, 7])
    await rig!.addWebhook(tenantId, { url: `${sink.url}/${concurrency}`, settings: { concurrency } });
  for (const each of rigs) await each.append(tenantId, events(10, 'thing.made'));
  await expect
    .poll(() => {
      const waiting = finish;
      finish = [];
      for (const end of waiting) end();
      return sink.requests.length;
    }, patiently)
    .toBe(90);
  for (const end of finish) end();
  for (const concurrency of [1, 4, 7]) expect(most.get(`/${concurrency}`)).toBeLessThanOrEqual(concurrency);
  await expect
    .poll(async () => (await listed(rig!, { status: 'delivered', limit: 100 })).length, patiently)
    .toBe(90);
}, 60_000);

test('a webhook waits as long for its endpoint as it says itself', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf(() => undefined)];
  await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { timeoutMs: 1_000, retry: { enabled: false, attempts: 12, schedule: null } },
  });
  await rig.append(tenantId, [anEvent()]);
  await expect.poll(() => listed(rig), patiently).toMatchObject([{ status: 'failed', attempts: 1 }]);
});

test('an endpoint that fails again and again is left alone, probed with one delivery at a time, and sent to as soon as one succeeds', async () => {
  const clock = new FakeClock(new Date());
  const rules = { consecutive: 5, pauseMs: 60_000 };
  const [one, two] = [
    await rigOf({ clock, circuitRules: rules, limits: { pollMs: 20 } }),
    await rigOf({ clock, circuitRules: rules, limits: { pollMs: 20 } }),
  ];
  await settled(one, two);
  let up = false;
  let status = 500;
  const sink = await sinkOf(() => ({ status: up ? 200 : status }));
  const { id } = await one.addWebhook(tenantId, {
    url: sink.url,
    settings: { retry: { enabled: true, attempts: 30, schedule: [10] }, concurrency: 2 },
  });
  expect((await circuitOf(one, id)).circuit).toEqual({
    state: 'closed',
    since: null,
    until: null,
    reason: null,
  });
  await one.append(tenantId, events(40, 'thing.made'));
  await expect.poll(async () => (await circuitOf(two, id)).circuit.state, patiently).toBe('open');
  await expect.poll(() => one.delivery.counts().inFlight + two.delivery.counts().inFlight, patiently).toBe(0);
  const opened = (await circuitOf(two, id)).circuit;
  expect(opened.reason).toContain('500');
  const pauseMs = Date.parse(opened.until!) - clock.now().getTime();
  expect(pauseMs).toBeGreaterThanOrEqual(30_000);
  expect(one.hints).toContainEqual({ tenantId, hint: { kind: 'webhook', id } });
  // Nothing of it stays in memory, nothing is sent, and what waits keeps its attempts.
  await expect.poll(() => one.delivery.counts().accepted + two.delivery.counts().accepted, patiently).toBe(0);
  const before = sink.requests.length;
  expect(before).toBeLessThanOrEqual(5 + 2);
  clock.advance(pauseMs - 1);
  await two.append(tenantId, events(5, 'thing.made'));
  await Promise.all([one.delivery.poll(), two.delivery.poll()]);
  expect(sink.requests.length).toBe(before);
  expect((await queued()).reduce((sum, row) => sum + row.attempt - 1, 0)).toBe(before);
  // The pause is over: one is sent, whichever process is first, and it fails.
  clock.advance(1);
  await sink.arrived(before + 1);
  await expect
    .poll(async () => {
      const { state, since } = (await circuitOf(one, id)).circuit;
      return state === 'open' && since !== opened.since;
    }, patiently)
    .toBe(true);
  const pause = Date.parse((await circuitOf(one, id)).circuit.until!) - clock.now().getTime();
  expect(pause).toBeGreaterThanOrEqual(60_000);
  expect(sink.requests.length).toBe(before + 1);
  up = true;
  status = 200;
  clock.advance(120_000);
  await expect.poll(queued, patiently).toEqual([]);
  expect((await circuitOf(one, id)).circuit).toMatchObject({ state: 'closed', until: null, reason: null });
  expect((await listed(one, { status: 'delivered', limit: 100 })).length).toBe(45);
});

test('an endpoint that has failed for days without one success is disabled, with an event that says why; enabling closes its circuit', async () => {
  const clock = new FakeClock(new Date());
  const rig = await rigOf({ clock, limits: { pollMs: 20 } });
  const [sink, told] = [await sinkOf(() => ({ status: 500 })), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, {
    url: sink.url,
    events: ['thing.*'],
    settings: { retry: { enabled: true, attempts: 30, schedule: [3600] } },
  });
  await rig.addWebhook(tenantId, { url: told.url, events: ['webhook.disabled'] });
  await rig.append(tenantId, events(12, 'thing.made'));
  await expect
    .poll(async () => {
      clock.advance(3 * 3_600_000);
      await rig.delivery.poll();
      await rig.delivery.idle();
      return (await circuitOf(rig, id)).status;
    }, patiently)
    .toBe('disabled');
  const { reason, circuit } = await circuitOf(rig, id);
  expect(reason).toMatch(/last \d+ days failed \(\d+\).*500/);
  expect(circuit.state).toBe('open');
  await told.arrived(1);
  expect(JSON.parse(told.requests[0]!.body)).toMatchObject({
    type: 'webhook.disabled',
    data: { webhookId: id, reason },
  });
  // What was in flight then came back into the queue: it is put aside when it is due.
  clock.advance(3 * 3_600_000);
  await expect.poll(async () => (await queued()).every((row) => row.lane === 'held'), patiently).toBe(true);
  const tries = sink.requests.length;
  const enabled = bodyOf(await update(rig, id, { status: 'active' }));
  expect(enabled).toMatchObject({
    status: 'active',
    reason: null,
    circuit: { state: 'closed', reason: null },
  });
  await sink.arrived(tries + 1);
});
