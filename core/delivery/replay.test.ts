import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Replay } from '@mortise/contract';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, newId, systemClock } from '../kernel/index.ts';
import { judgeReplay } from './judge-replay.ts';
import { runReplay } from './run-replay.ts';
import { anEvent, bodyOf, contextOf, type Rig } from './testing/rig.ts';
import { useStage } from './testing/stage.ts';

const patiently = { timeout: 20_000 };

let database: TestDatabase;
let tenantId: string;
const stage = useStage((now) => void ({ database, tenantId } = now));
const { rigOf, sinkOf, query, listed, update, queued } = stage;

type Asked = Partial<Pick<Replay, 'what' | 'from' | 'to' | 'perSecond'>> & { eventTypes?: string[] };

async function create(rig: Rig, webhookId: string, asked: Asked = {}): Promise<Replay> {
  const body = { what: 'missing' as const, perSecond: 10_000, ...asked, webhookId };
  const input = { params: undefined, query: undefined, body };
  return bodyOf(
    await database.db.tenant(tenantId, (tx) => rig.routes.replays.create(contextOf(tenantId), input, tx)),
  );
}

const read = async (rig: Rig, id: string) =>
  bodyOf(
    await rig.routes.replays.read(contextOf(tenantId), { params: { id }, query: undefined, body: undefined }),
  );

/** Works a replay off as the job queue would: on, until it says that it is over. */
async function work(rig: Rig, id: string, signal = new AbortController().signal): Promise<void> {
  const deps = {
    db: database.db,
    clock: systemClock,
    hints: { publish: () => {} },
    wake: () => rig.delivery.wake(),
    settleMs: 0,
  };
  const payload = { tenantId, replayId: bareId('replay', id) };
  for (let goOn: Date | undefined = new Date(0); goOn !== undefined;) {
    await expect.poll(() => Date.now(), patiently).toBeGreaterThanOrEqual(goOn.getTime());
    goOn = await runReplay(deps, payload, signal);
  }
}

/** Ends every delivery of the tenant that has not been tried as one that was given up. */
const giveUpAll = () =>
  query(
    `insert into attempts (tenant_id, delivery_id, number, webhook_id, outcome, error, request_headers, duration_ms,
                           started_at, process_id)
     select tenant_id, id, 1, webhook_id, 'exhausted', 'The endpoint answered 500.', '{}', 1, now(), $2 from deliveries d
      where tenant_id = $1
        and not exists (select from attempts a where a.tenant_id = $1 and a.delivery_id = d.id)`,
    [tenantId, newId()],
  );

const numbersAt = (requests: readonly { body: string }[]) =>
  requests.map(({ body }) => (JSON.parse(body) as { data: { n: number } }).data.n).toSorted((a, b) => a - b);

test('what is on its way is never queued twice, what was delivered only when all is asked for, and nothing unasked is made', () => {
  const outcome = fc.constantFrom('delivered', 'retrying', 'exhausted', null);
  const delivery = fc.option(fc.record({ isQueued: fc.boolean(), outcome }), { nil: undefined });
  fc.assert(
    fc.property(
      fc.constantFrom('failed', 'missing', 'all'),
      fc.boolean(),
      delivery,
      (what, wanted, standing) => {
        const verdict = judgeReplay(what, { wanted, delivery: standing });
        if (verdict === 'make')
          expect({ standing, wanted, failed: what === 'failed' }).toEqual({ wanted: true, failed: false });
        if (verdict === 'again') {
          expect(standing?.isQueued).toBe(false);
          expect(standing?.outcome).toBe(what === 'all' ? standing?.outcome : 'exhausted');
          expect(['delivered', 'exhausted']).toContain(standing?.outcome);
        }
        // What failed is found by every kind of replay.
        if (standing?.outcome === 'exhausted' && !standing.isQueued) expect(verdict).toBe('again');
      },
    ),
  );
});

test('missing: what failed and what the webhook never had is delivered once each, and nothing that had arrived', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, { url: sink.url, events: ['deal.*'] });
  await rig.append(tenantId, [anEvent('deal.created', { n: 1 }), anEvent('contact.created', { n: 2 })]);
  await rig.delivery.idle();
  // A process that puts everything into the queue and dies: nobody has tried these.
  const dead = await rigOf({ sends: false });
  await dead.append(tenantId, [anEvent('deal.created', { n: 3 }), anEvent('deal.updated', { n: 4 })]);
  await query('delete from delivery_queue where tenant_id = $1', [tenantId]);
  await giveUpAll();
  await update(rig, id, { events: ['deal.*', 'contact.*'] });

  const replay = await create(rig, id);
  expect(rig.replays).toEqual([{ tenantId, replayId: bareId('replay', replay.id) }]);
  await work(rig, replay.id);
  await expect.poll(queued, patiently).toEqual([]);
  expect(numbersAt(sink.requests)).toEqual([1, 2, 3, 4]);
  expect(await read(rig, replay.id)).toMatchObject({
    status: 'done',
    progress: 1,
    queued: 3,
    waiting: 0,
    looked: 4,
  });
  expect((await listed(rig, { status: 'delivered' })).length).toBe(4);
});

test('failed: only what was given up; all: what was delivered too; only the types and the span that were asked for', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [anEvent('deal.created', { n: 1 }), anEvent('contact.created', { n: 2 })]);
  await rig.delivery.idle();
  const between = new Date().toISOString();
  await expect.poll(() => new Date().toISOString() > between, patiently).toBe(true);
  const dead = await rigOf({ sends: false });
  await dead.append(tenantId, [anEvent('deal.created', { n: 3 }), anEvent('contact.created', { n: 4 })]);
  await query('delete from delivery_queue where tenant_id = $1', [tenantId]);
  await giveUpAll();
  sink.requests.length = 0;

  const settle = async (asked: Asked) => {
    const replay = await create(rig, id, asked);
    await work(rig, replay.id);
    await expect.poll(queued, patiently).toEqual([]);
    const numbers = numbersAt(sink.requests);
    sink.requests.length = 0;
    return numbers;
  };
  expect(await settle({ what: 'failed', eventTypes: ['deal.*'] })).toEqual([3]);
  expect(await settle({ what: 'failed' })).toEqual([4]);
  expect(await settle({ what: 'failed' })).toEqual([]);
  expect(await settle({ what: 'all', to: between })).toEqual([1, 2]);
  expect(await settle({ what: 'all', from: between, eventTypes: ['deal.created'] })).toEqual([3]);
});

test('stopped between any two steps and run by several at once, it queues each delivery exactly once', async () => {
  const rig = await rigOf({ sends: false });
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/', events: ['other.*'] });
  for (let batch = 0; batch < 5; batch++)
    await rig.append(
      tenantId,
      Array.from({ length: 400 }, (_, n) => anEvent('deal.created', { n: batch * 400 + n })),
    );
  await update(rig, id, { events: ['deal.*'] });
  const replay = await create(rig, id);
  // Each of these is cut off as soon as its first step is done, or before.
  for (let run = 0; run < 3; run++) {
    const cut = new AbortController();
    const cutOff = work(rig, replay.id, cut.signal);
    cut.abort(new Error('killed'));
    await expect(cutOff).rejects.toThrow('killed');
  }
  await Promise.all([work(rig, replay.id), work(rig, replay.id)]);
  const rows = await query<{ deliveries: number; events: number; waiting: number }>(
    `select count(*)::int as deliveries, count(distinct event_id)::int as events,
            (select count(*)::int from delivery_queue where tenant_id = $1) as waiting
       from deliveries where tenant_id = $1`,
    [tenantId],
  );
  expect(rows).toEqual([{ deliveries: 2000, events: 2000, waiting: 2000 }]);
  expect(await read(rig, replay.id)).toMatchObject({
    status: 'done',
    queued: 2000,
    waiting: 2000,
    looked: 2000,
  });
});

test('what is erased or past its retention is passed over, and what comes after it is found', async () => {
  const rig = await rigOf({ sends: false });
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/' });
  const events = await rig.append(
    tenantId,
    Array.from({ length: 501 }, (_, n) => anEvent('deal.created', { n })),
  );
  await query('delete from delivery_queue where tenant_id = $1', [tenantId]);
  await giveUpAll();
  await query('select erase_events($1, $2)', [tenantId, [events[0]!.id]]);
  await query('select expire_events($1, $2, 1)', [tenantId, events[2]!.id]);
  const replay = await create(rig, id, { what: 'failed' });
  await work(rig, replay.id);
  expect(await read(rig, replay.id)).toMatchObject({ status: 'done', looked: 501 });
  expect((await queued()).length).toBe(500);
});

test('it keeps its pace: deliveries are due one after the other, and no more than some seconds are queued ahead', async () => {
  const rig = await rigOf({ sends: false });
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/', events: ['other.*'] });
  await rig.append(
    tenantId,
    Array.from({ length: 700 }, (_, n) => anEvent('deal.created', { n })),
  );
  await update(rig, id, { events: ['deal.*'] });
  const replay = await create(rig, id, { perSecond: 20 });
  const now = systemClock.now().getTime();
  const goOn = await runReplay(
    {
      db: database.db,
      clock: { now: () => new Date(now) },
      hints: { publish: () => {} },
      wake: () => {},
      settleMs: 0,
    },
    { tenantId, replayId: bareId('replay', replay.id) },
    new AbortController().signal,
  );
  // 500 at 20 a second take 25 seconds; it goes on 10 seconds before they have run out.
  expect(goOn?.getTime()).toBe(now + 15_000);
  const due = await query<{ due_at: Date }>(
    'select due_at from delivery_queue where tenant_id = $1 order by 1',
    [tenantId],
  );
  expect(due.map((row) => row.due_at.getTime() - now)).toEqual(Array.from({ length: 500 }, (_, n) => n * 50));
});

test("a webhook that is resumed gets what its replay had put aside at the replay's pace, and the rest of it behind", async () => {
  const rig = await rigOf({ sends: false });
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/', events: ['other.*'] });
  await rig.append(
    tenantId,
    Array.from({ length: 600 }, (_, n) => anEvent('deal.created', { n })),
  );
  await update(rig, id, { events: ['deal.*'] });
  const replay = await create(rig, id, { perSecond: 20 });
  const step = (at: number) =>
    runReplay(
      {
        db: database.db,
        clock: { now: () => new Date(at) },
        hints: { publish: () => {} },
        wake: () => {},
        settleMs: 0,
      },
      { tenantId, replayId: bareId('replay', replay.id) },
      new AbortController().signal,
    );
  await step(Date.now());
  await update(rig, id, { status: 'paused' });
  // One of its own, and a long pause: all that is due by then is due for long.
  await rig.append(tenantId, [anEvent('deal.created', { n: 600 })]);
  await query(`update delivery_queue set due_at = due_at - interval '1 hour' where tenant_id = $1`, [
    tenantId,
  ]);
  const before = Date.now();
  await update(rig, id, { status: 'active' });
  const after = Date.now();
  await step(after + 60_000);
  const rows = await query<{ due_at: Date; lane: string; replayed: boolean }>(
    `select due_at, lane, replay_id is not null as replayed from delivery_queue where tenant_id = $1 order by due_at`,
    [tenantId],
  );
  const own = rows.filter((row) => !row.replayed);
  expect(own.map((row) => row.lane)).toEqual(['first']);
  const replayed = rows.filter((row) => row.replayed);
  const [first] = replayed;
  expect(first!.due_at.getTime()).toBeGreaterThanOrEqual(before);
  expect(first!.due_at.getTime()).toBeLessThanOrEqual(after);
  expect(own[0]!.due_at).toEqual(first!.due_at);
  expect(new Set(replayed.map((row) => row.lane))).toEqual(new Set(['retry']));
  const dueMs = replayed.map((row) => row.due_at.getTime() - first!.due_at.getTime());
  expect(dueMs.slice(0, 500)).toEqual(Array.from({ length: 500 }, (_, n) => n * 50));
  expect(dueMs[500]).toBeGreaterThanOrEqual(25_000);
  expect(dueMs).toHaveLength(600);
});

test('one at a time a webhook; a cancelled one queues nothing more; one of a webhook that goes away ends and says why', async () => {
  const rig = await rigOf({ sends: false });
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/', events: ['other.*'] });
  await rig.append(tenantId, [anEvent('deal.created')]);
  await update(rig, id, { events: ['deal.*'] });
  const first = await create(rig, id);
  await expect(create(rig, id)).rejects.toMatchObject({ code: 'conflict' });
  const params = { params: { id: first.id }, query: undefined, body: undefined };
  expect(bodyOf(await rig.routes.replays.cancel(contextOf(tenantId), params))).toMatchObject({
    status: 'cancelled',
    reason: 'Cancelled by Operator',
  });
  await work(rig, first.id);
  expect(await queued()).toEqual([]);

  const second = await create(rig, id);
  await rig.routes.remove(contextOf(tenantId), { params: { id }, query: undefined, body: undefined });
  await work(rig, second.id);
  expect(await read(rig, second.id)).toMatchObject({ status: 'failed', reason: 'The webhook was deleted.' });
});

test('undelivered tells what has not arrived, by webhook and reason, in words; what arrived is not in it', async () => {
  const [rig, up, down] = [await rigOf(), await sinkOf(), await sinkOf(() => ({ status: 500 }))];
  await rig.addWebhook(tenantId, { url: up.url, name: 'Fine' });
  const failing = await rig.addWebhook(tenantId, { url: down.url, name: 'Failing' });
  await rig.addWebhook(tenantId, { url: up.url, name: 'Paused', status: 'paused' });
  await rig.append(tenantId, [anEvent(), anEvent()]);
  await rig.delivery.idle();
  const undelivered = async () =>
    bodyOf(
      await rig.routes.undelivered(contextOf(tenantId), { params: undefined, query: {}, body: undefined }),
    );
  const groups = await undelivered();
  expect(groups.isComplete).toBe(true);
  expect(
    groups.data.map(({ webhookName, why, count }) => `${webhookName} ${why} ${count}`).toSorted(),
  ).toEqual(['Failing retrying 2', 'Paused held 2']);
  expect(groups.data.find((group) => group.webhookId === failing.id)).toMatchObject({
    lastStatusCode: 500,
    explanation: 'They are tried again by themselves. Last time: The endpoint answered 500.',
  });
  await query('delete from delivery_queue where tenant_id = $1', [tenantId]);
  await query(`update attempts set outcome = 'exhausted' where tenant_id = $1 and outcome = 'retrying'`, [
    tenantId,
  ]);
  expect((await undelivered()).data).toMatchObject([{ webhookId: failing.id, why: 'failed', count: 2 }]);
});

test('the log is searched by type or family, by span of time and by what was answered last', async () => {
  const [rig, sink] = [
    await rigOf(),
    await sinkOf(({ body }) => ({ status: body.includes('deal') ? 500 : 204 })),
  ];
  await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [
    anEvent('deal.created'),
    anEvent('deal.line.added'),
    anEvent('contact.created'),
  ]);
  await rig.delivery.idle();
  const types = async (filter: Record<string, unknown>) =>
    (await listed(rig, filter)).map((delivery) => delivery.eventType).toSorted();
  expect(await types({ eventType: 'deal.created' })).toEqual(['deal.created']);
  expect(await types({ eventType: 'deal.*' })).toEqual(['deal.created', 'deal.line.added']);
  expect(await types({ eventType: 'dea.*' })).toEqual([]);
  expect(await types({ statusCode: 204 })).toEqual(['contact.created']);
  expect(await types({ statusCode: 500, eventType: 'deal.line.*', status: 'retrying' })).toEqual([
    'deal.line.added',
  ]);
  const [from, to] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)].map((at) =>
    at.toISOString(),
  );
  expect(await types({ from, to })).toHaveLength(3);
  expect(await types({ to: from })).toEqual([]);
  expect(await types({ from: to, status: 'delivered' })).toEqual([]);
});

test('a selection is sent again at once; what belongs to a webhook that is not active is told apart', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url });
  const other = await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [anEvent('deal.created', { n: 1 }), anEvent('deal.created', { n: 2 })]);
  await rig.delivery.idle();
  const ids = (await listed(rig)).map((delivery) => delivery.id);
  await update(rig, other.id, { status: 'paused' });
  const answer = bodyOf(
    await rig.routes.retryMany(contextOf(tenantId), { params: undefined, query: undefined, body: { ids } }),
  );
  expect(answer).toEqual({ queued: 2, skipped: 2 });
  await sink.arrived(6);
  await expect.poll(queued, patiently).toEqual([]);
  expect(numbersAt(sink.requests)).toEqual([1, 1, 1, 2, 2, 2]);
});
