import { openDatabase } from '@mortise/platform/database';
import { expect, test } from 'vitest';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, FakeClock, newId } from '../kernel/index.ts';
import { claimLines } from './claim-store.ts';
import { holdClaimed, renewClaims } from './pipeline-store.ts';
import { endInQueue, waitInQueue } from './result-store.ts';
import { anEvent, type Rig } from './testing/rig.ts';
import { useStage } from './testing/stage.ts';
import { holdWaiting, lockWebhook } from './webhook-store.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

let database: TestDatabase;
let tenantId: string;
const stage = useStage((now) => void ({ database, tenantId } = now));
const { rigOf, sinkOf, query, queued, listed, update } = stage;

const delivered = async (rig: Rig) => (await listed(rig, { status: 'delivered' })).length;

test('what waits in a memory for a webhook that falls to a process that joins is sent by that one', async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const sink = await sinkOf(() => gate.then(() => ({ status: 200 })));
  const first = await rigOf();
  // So many that some of them fall to the other, whatever the ids are.
  const webhooks = Array.from({ length: 12 }, (_, n) => `kind${n}.happened`);
  for (const type of webhooks)
    await first.addWebhook(tenantId, { url: sink.url, events: [type], settings: { concurrency: 1 } });
  await first.append(
    tenantId,
    webhooks.flatMap((type) => [anEvent(type), anEvent(type), anEvent(type)]),
  );
  await sink.arrived(webhooks.length);
  expect(await queued()).toEqual([]);
  const second = await rigOf();
  await expect
    .poll(async () => {
      await first.process.beat();
      return first.process.sharers('delivery').length;
    }, patiently)
    .toBe(2);
  open();
  await expect.poll(() => delivered(second), patiently).toBe(36);
  expect(sink.requests.length).toBe(36);
});

test('a claim whose commit went through though its answer was lost does not outlive its lease', async () => {
  const sink = await sinkOf();
  const rig = await rigOf({ limits: { leaseMs: 1_500, pollMs: 50 } });
  const { id } = await rig.addWebhook(tenantId, { url: sink.url, status: 'paused' });
  await rig.append(tenantId, [anEvent()]);
  // What such a claim leaves: the row says that this process has it, and its memory knows nothing of it.
  await query(`update webhooks set status = 'active' where tenant_id = $1 and id = $2`, [
    tenantId,
    bareId('webhook', id),
  ]);
  await query(
    `update delivery_queue set lane = 'first', claimed_by = $2, fence = fence + 1,
            claimed_until = now() + interval '1500 milliseconds' where tenant_id = $1`,
    [tenantId, rig.process.id],
  );
  await expect.poll(() => delivered(rig), patiently).toBe(1);
});

test('claims are renewed without a wait for one that is just being ended, and those beside it last on', async () => {
  const other = openDatabase({ url: database.url, max: 2 });
  const rig = await rigOf({ sends: false });
  await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9' });
  await rig.append(tenantId, [anEvent(), anEvent()]);
  const claimed = await query<Parameters<typeof renewClaims>[2][number]>(
    `update delivery_queue set claimed_by = $2, claimed_until = now(), fence = fence + 1
      where tenant_id = $1 returning *`,
    [tenantId, rig.process.id],
  );
  await other.engine(async (tx) => {
    await tx.query('delete from delivery_queue where delivery_id = $1', [claimed[0]!.delivery_id]);
    await database.db.engine((poll) => renewClaims(poll, rig.process.id, claimed, 3_600_000));
  });
  await other.close();
  const rows = await query('select claimed_until > now() as lasts from delivery_queue where tenant_id = $1', [
    tenantId,
  ]);
  expect(rows).toEqual([{ lasts: true }]);
});

test('a look at the queue waits for nobody who has a webhook, whom it would keep waiting in turn', async () => {
  const other = openDatabase({ url: database.url, max: 2 });
  const clock = new FakeClock(new Date());
  const sink = await sinkOf(() => ({ status: 500 }));
  const rig = await rigOf({ clock, circuitRules: { consecutive: 1, pauseMs: 60_000 } });
  const { id } = await rig.addWebhook(tenantId, { url: sink.url });
  const webhookId = bareId('webhook', id);
  await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
  await other.tenant(tenantId, async (tx) => {
    await lockWebhook(tx, tenantId, webhookId);
    // Its circuit is to be probed, and somebody is just pausing it.
    clock.advance(3_600_000);
    await rig.delivery.poll();
    await tx.query(`update webhooks set status = 'paused' where tenant_id = $1 and id = $2`, [
      tenantId,
      webhookId,
    ]);
    await holdWaiting(tx, tenantId, webhookId);
  });
  expect((await queued()).map((row) => row.lane)).toEqual(['held']);
  expect(sink.requests.length).toBe(1);
  await other.close();
});

test('what is claimed of a webhook that is just being resumed is free again, and not put aside', async () => {
  const other = openDatabase({ url: database.url, max: 2 });
  const rig = await rigOf({ sends: false });
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9', status: 'paused' });
  const webhookId = bareId('webhook', id);
  await rig.append(tenantId, [anEvent()]);
  const claimed = await query<Parameters<typeof holdClaimed>[1][number]>(
    `update delivery_queue set lane = 'first', claimed_by = $2, claimed_until = now() + interval '1 hour'
      where tenant_id = $1 returning *`,
    [tenantId, rig.process.id],
  );
  await other.tenant(tenantId, async (tx) => {
    await lockWebhook(tx, tenantId, webhookId);
    await database.db.engine((poll) => holdClaimed(poll, claimed));
  });
  await other.close();
  expect(await query('select lane, claimed_by from delivery_queue where tenant_id = $1', [tenantId])).toEqual(
    [{ lane: 'first', claimed_by: null }],
  );
});

test('a webhook whose open circuit the database has lost, in a fail-over, is sent to again', async () => {
  const clock = new FakeClock(new Date());
  let works = false;
  const sink = await sinkOf(() => ({ status: works ? 200 : 500 }));
  const rig = await rigOf({ clock, circuitRules: { consecutive: 1 } });
  await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
  works = true;
  const lost = 'update webhooks set circuit = null where tenant_id = $1 and circuit is not null returning id';
  expect(await query(lost, [tenantId])).toHaveLength(1);
  clock.advance(3_600_000);
  await expect.poll(() => delivered(rig), patiently).toBe(1);
});

test('a probe that waits when its webhook is changed is made all the same, without the wait for a lost one', async () => {
  const clock = new FakeClock(new Date());
  let works = false;
  const sink = await sinkOf(() => ({ status: works ? 200 : 503, headers: { 'retry-after': '30' } }));
  const rig = await rigOf({ clock, circuitRules: { consecutive: 1, pauseMs: 1 } });
  const { id } = await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [anEvent()]);
  await expect.poll(async () => (await queued()).length, patiently).toBe(1);
  works = true;
  clock.advance(1_000);
  await rig.append(tenantId, [anEvent()]);
  const state = () =>
    query<{ state: string }>(`select circuit->>'state' as state from webhooks where tenant_id = $1`, [
      tenantId,
    ]).then(([row]) => row?.state);
  // It waits for the endpoint's rest.
  await expect.poll(state, patiently).toBe('half_open');
  await update(rig, id, { name: 'Another name' });
  await expect.poll(() => rig.delivery.counts().unrecorded, patiently).toBe(0);
  clock.advance(40_000);
  await expect.poll(() => delivered(rig), patiently).toBe(2);
});

test('a failure whose words no database holds keeps nobody from being recorded', async () => {
  const sink = await sinkOf();
  const rig = await rigOf({ limits: { transformMs: 10_000 }, circuitRules: { consecutive: 1 } });
  // Cut at 300 characters, it ends in half of one.
  const transform = `$error($pad("", 299, "x") & "\u{1f600}")`;
  await rig.addWebhook(tenantId, { url: sink.url, events: ['bad.*'], settings: { transform } });
  await rig.addWebhook(tenantId, { url: sink.url, events: ['good.*'] });
  await rig.append(tenantId, [anEvent('bad.one')]);
  await expect.poll(async () => (await queued()).map((row) => row.attempt), patiently).toEqual([2]);
  await rig.append(tenantId, [anEvent('good.one')]);
  await expect.poll(() => delivered(rig), patiently).toBe(1);
});

test("what comes back late from an outage does not touch another's claim of the same delivery, whose row was made anew meanwhile", async () => {
  const rig = await rigOf({ sends: false });
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9' });
  await rig.append(tenantId, [anEvent()]);
  const line = { tenant_id: tenantId, webhook_id: bareId('webhook', id) };
  const claim = async (lane: 'first' | 'retry', processId: string) => {
    const shares = [{ line, count: 1 }];
    const about = { processId, now: new Date(), leaseMs: 60_000, shares };
    const [row] = await database.db.engine((tx) => claimLines(tx, lane, about));
    return row!;
  };
  const late = await claim('first', newId());
  // Another took over, delivered it and ended it; then somebody asks for it again.
  await query(
    `insert into attempts (tenant_id, delivery_id, number, webhook_id, outcome, request_headers, duration_ms, started_at, process_id)
     select tenant_id, delivery_id, 1, webhook_id, 'delivered', '{}', 1, now(), $2 from delivery_queue where tenant_id = $1`,
    [tenantId, newId()],
  );
  await query('delete from delivery_queue where tenant_id = $1', [tenantId]);
  const [one] = await listed(rig);
  const body = { ids: [one!.id] };
  await rig.routes.retryMany(stage.context(), { params: undefined, query: undefined, body });
  const processId = newId();
  await claim('retry', processId);

  const place = { tenantId, deliveryId: late.delivery_id, fence: late.fence };
  await database.db.engine(async (tx) => {
    const retry = { attempt: 2, dueAt: new Date(), lane: 'retry' as const, consentKey: null, setbacks: 0 };
    await waitInQueue(tx, [{ ...place, ...retry, webhookId: line.webhook_id }]);
    await endInQueue(tx, [place]);
  });
  expect(await query('select claimed_by from delivery_queue where tenant_id = $1', [tenantId])).toEqual([
    { claimed_by: processId },
  ]);
});

test('a process that goes on under a new id guards what it writes by that one: nobody recovers it meanwhile', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url });
  const lost = rig.process.id;
  await query('update processes set gone_at = now() where id = $1', [lost]);
  await rig.process.beat();
  expect(rig.process.id).not.toBe(lost);
  const isFree = async () => {
    const [row] = await query<{ free: boolean }>(
      'select pg_try_advisory_xact_lock(process_lock($1)) as free',
      [rig.process.id],
    );
    return row?.free;
  };
  expect(await isFree()).toBe(true);
  let [appended, goOn] = [() => {}, () => {}];
  const written = new Promise<void>((resolve) => (appended = resolve));
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const open = database.db.tenant(tenantId, async (tx) => {
    await rig.events.append(tx, { tenantId, traceId: 'a'.repeat(32) }, [anEvent()]);
    appended();
    await gate;
  });
  await written;
  expect(await isFree()).toBe(false);
  goOn();
  await open;
  await rig.delivery.idle();
  expect(await isFree()).toBe(true);
});
