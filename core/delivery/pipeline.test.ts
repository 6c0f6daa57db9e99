import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, publicId } from '../kernel/index.ts';
import { addTenant, anEvent, bodyOf, contextOf, startRig } from './testing/rig.ts';
import { startSink } from './testing/sink.ts';
import { useStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

let database: TestDatabase;
let tenantId: string;
const stage = useStage((now) => void ({ database, tenantId } = now));
const { rigOf, sinkOf, query, listed, readOne, update, queued } = stage;

test('an event reaches the webhook signed as Standard Webhooks has it, and the attempt is logged whole', async () => {
  const [rig, sink] = [
    await rigOf(),
    await sinkOf(() => ({ status: 201, headers: { 'set-cookie': 'a=b' }, body: 'thanks' })),
  ];
  const { secret, id } = await rig.addWebhook(tenantId, { url: `${sink.url}/in` });
  const [event] = await rig.append(tenantId, [
    anEvent('contact.updated', { z: 1, a: { c: 'ü', b: null }, at: new Date(0) }),
  ]);
  await rig.delivery.idle();

  const [request] = sink.requests;
  expect(request?.path).toBe('/in');
  const verified = new Webhook(secret).verify(request!.body, request!.headers as Record<string, string>);
  expect(verified).toEqual({
    id: publicId('event', event!.id),
    type: 'contact.updated',
    timestamp: event!.occurredAt.toISOString(),
    subject: null,
    data: { a: { b: null, c: 'ü' }, at: '1970-01-01T00:00:00.000Z', z: 1 },
  });
  expect(request?.headers['webhook-id']).toBe(publicId('event', event!.id));
  expect(request?.headers['user-agent']).toBe('Mortise-Webhooks/1.0');
  expect(request?.headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);

  const [delivery] = await listed(rig);
  expect(delivery).toMatchObject({
    status: 'delivered',
    attempts: 1,
    lastStatusCode: 201,
    webhookId: id,
    lastError: null,
  });
  const whole = await readOne(rig, delivery!.id);
  expect(whole.body).toBe(request!.body);
  expect(whole.log).toMatchObject([
    {
      number: 1,
      outcome: 'delivered',
      responseBody: 'thanks',
      responseHeaders: { 'set-cookie': '[hidden]' },
      requestHeaders: { 'webhook-signature': request!.headers['webhook-signature'] },
    },
  ]);
  expect(await queued()).toEqual([]);
  await expect
    .poll(() => rig.hints, patiently)
    .toContainEqual({ tenantId, hint: { kind: 'delivery', webhookId: id } });
});

test('an event and its deliveries commit together or not at all, and a rollback gives its place in memory back', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url });
  const failing = rig.db.tenant(tenantId, async (tx) => {
    await rig.events.append(tx, { tenantId, traceId: '0'.repeat(31) + '1' }, [anEvent()]);
    throw new Error('the rest failed');
  });
  await expect(failing).rejects.toThrow('the rest failed');
  expect(rig.delivery.counts().accepted).toBe(1);
  await expect.poll(() => rig.delivery.counts().accepted, patiently).toBe(0);
  expect(await listed(rig)).toEqual([]);
  expect(sink.requests).toEqual([]);
});

test('a commit whose answer was lost is found out about, and its deliveries are sent', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url });
  // The transaction commits, but nobody tells the pipeline: as when the connection breaks over the commit's answer.
  const client = await database.db.pool.connect();
  await client.query(`begin; select set_config('app.tenant_id', '${tenantId}', true)`);
  const tx = {
    query: async (text: string, values?: readonly unknown[]) =>
      (await client.query(text, [...(values ?? [])])).rows,
    send: (text: string, values?: readonly unknown[]) => void client.query(text, [...(values ?? [])]),
    afterCommit: () => {},
  } as unknown as Parameters<typeof rig.events.append>[0];
  await rig.events.append(tx, { tenantId, traceId: '0'.repeat(31) + '1' }, [anEvent()]);
  await client.query('commit');
  client.release();
  await sink.arrived(1);
  await rig.delivery.idle();
  expect((await listed(rig)).map((one) => one.status)).toEqual(['delivered']);
});

test('an endpoint that is down and comes back gets it: attempts are numbered, each waits as the schedule says', async () => {
  const clock = new FakeClock(new Date());
  let failures = 3;
  const rig = await rigOf({ clock, limits: { pollMs: 20 } });
  const sink = await sinkOf(() => ({ status: failures-- > 0 ? 500 : 204 }));
  await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [anEvent()]);
  for (const [attempts, stepMs] of [
    [1, 5_000],
    [2, 30_000],
    [3, 120_000],
  ] as const) {
    await sink.arrived(attempts);
    await rig.delivery.idle();
    const [waiting] = await listed(rig, { status: 'retrying' });
    expect(waiting?.attempts).toBe(attempts);
    const waitMs = Date.parse(waiting!.nextAttemptAt!) - clock.now().getTime();
    expect(waitMs).toBeGreaterThanOrEqual(stepMs / 2);
    expect(waitMs).toBeLessThanOrEqual(stepMs);
    clock.advance(waitMs - 1);
    await rig.delivery.poll();
    expect(sink.requests.length).toBe(attempts);
    clock.advance(1);
  }
  await sink.arrived(4);
  await expect.poll(() => listed(rig), patiently).toMatchObject([{ status: 'delivered', attempts: 4 }]);
  const [one] = await listed(rig);
  const { log } = await readOne(rig, one!.id);
  expect(log.map((attempt) => [attempt.number, attempt.outcome])).toEqual([
    [1, 'failed'],
    [2, 'failed'],
    [3, 'failed'],
    [4, 'delivered'],
  ]);
  const ids = new Set(sink.requests.map((request) => request.headers['webhook-id']));
  const bodies = new Set(sink.requests.map((request) => request.body));
  expect([ids.size, bodies.size]).toEqual([1, 1]);
});

test('at the end of the schedule it has failed, stays in the log, and can be sent again by hand', async () => {
  const clock = new FakeClock(new Date());
  let up = false;
  const [rig, sink] = [
    await rigOf({ clock, limits: { pollMs: 10 } }),
    await sinkOf(() => ({ status: up ? 200 : 404 })),
  ];
  await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [anEvent()]);
  for (let attempt = 1; attempt <= 12; attempt++) {
    await sink.arrived(attempt);
    await rig.delivery.idle();
    clock.advance(25 * 3_600_000);
  }
  const [failed] = await listed(rig, { status: 'failed' });
  expect(failed).toMatchObject({ attempts: 12, lastStatusCode: 404, nextAttemptAt: null });
  expect(await queued()).toEqual([]);
  up = true;
  const again = bodyOf(
    await rig.routes.retry(contextOf(tenantId), {
      params: { id: failed!.id },
      query: undefined,
      body: undefined,
    }),
  );
  expect(again.status).toBe('retrying');
  await expect.poll(() => listed(rig), patiently).toMatchObject([{ status: 'delivered', attempts: 13 }]);
  expect(await listed(rig, { status: 'failed' })).toEqual([]);
});

test('an endpoint that hangs delays no other: all of theirs are done while its own still hang', async () => {
  const rig = await rigOf({ limits: { firstConcurrency: 8, slowAfterMs: 50 } });
  const [hanging, healthy] = [await sinkOf(() => undefined), await sinkOf()];
  await rig.addWebhook(tenantId, { url: hanging.url, events: ['slow.*'] });
  await rig.addWebhook(tenantId, { url: healthy.url, events: ['quick.*'] });
  await rig.append(
    tenantId,
    Array.from({ length: 200 }, () => anEvent('slow.made')),
  );
  // As many hang as a webhook gets that has not shown yet that it answers.
  await hanging.arrived(4);
  await rig.append(
    tenantId,
    Array.from({ length: 200 }, () => anEvent('quick.made')),
  );
  await healthy.arrived(200);
  expect(hanging.requests.length).toBeLessThan(20);
  await expect
    .poll(async () => (await listed(rig, { status: 'delivered', limit: 200 })).length, patiently)
    .toBe(200);
  expect((await listed(rig, { status: 'pending', limit: 200 })).length).toBe(200);
});

test('an endpoint that hangs and has filled the memory does not keep what went to the queue from being sent', async () => {
  const rig = await rigOf({
    limits: { memory: 60, webhookMemory: 60, claims: 40, slowAfterMs: 50, pollMs: 20 },
  });
  const [hanging, healthy] = [await sinkOf(() => undefined), await sinkOf()];
  await rig.addWebhook(tenantId, { url: hanging.url, events: ['slow.*'] });
  await rig.addWebhook(tenantId, { url: healthy.url, events: ['quick.*'] });
  await rig.append(
    tenantId,
    Array.from({ length: 200 }, () => anEvent('slow.made')),
  );
  await hanging.arrived(1);
  await rig.append(
    tenantId,
    Array.from({ length: 100 }, () => anEvent('quick.made')),
  );
  await healthy.arrived(100);
  await expect
    .poll(async () => (await listed(rig, { status: 'delivered', limit: 200 })).length, patiently)
    .toBe(100);
});

test('however many endpoints hang, at the same host too, one that answers gets its deliveries at once', async () => {
  const rig = await rigOf({
    limits: { firstConcurrency: 8, retryConcurrency: 4, slowConcurrency: 6, slowAfterMs: 50, pollMs: 20 },
  });
  const sink = await sinkOf((request) => (request.path === '/quick' ? { status: 200 } : undefined));
  const quick = () => sink.requests.filter((request) => request.path === '/quick').length;
  await rig.addWebhook(tenantId, { url: `${sink.url}/quick`, events: ['quick.*'] });
  await rig.append(tenantId, [anEvent('quick.made')]);
  await expect.poll(quick, patiently).toBe(1);
  for (let n = 0; n < 40; n++)
    await rig.addWebhook(tenantId, { url: `${sink.url}/${n}`, events: ['slow.*'] });
  await rig.append(
    tenantId,
    Array.from({ length: 4 }, () => anEvent('slow.made')),
  );
  // Far more hang than there are slots, and than may be slow before it counts.
  await expect.poll(() => rig.delivery.counts().inFlight, patiently).toBeGreaterThan(14);
  for (let round = 2; round <= 21; round++) {
    await rig.append(tenantId, [anEvent('quick.made')]);
    await expect.poll(quick, patiently).toBe(round);
  }
  expect(rig.delivery.counts().inFlight).toBeLessThanOrEqual(160);
  expect((await listed(rig, { status: 'delivered', limit: 200 })).length).toBeGreaterThanOrEqual(20);
});

test('webhooks take turns: the backlog of one does not come before the first of another', async () => {
  const rig = await rigOf({ limits: { firstConcurrency: 2 } });
  const sink = await sinkOf();
  await rig.addWebhook(tenantId, { url: `${sink.url}/big`, events: ['big.*'] });
  await rig.addWebhook(tenantId, { url: `${sink.url}/small`, events: ['small.*'] });
  await rig.append(tenantId, [
    ...Array.from({ length: 300 }, () => anEvent('big.made')),
    anEvent('small.made'),
  ]);
  await rig.delivery.idle();
  expect(sink.requests.length).toBe(301);
  expect(sink.requests.findIndex((request) => request.path === '/small')).toBeLessThan(10);
});

test('what is too much for the memory goes to the queue and is sent from there: nothing is refused or lost', async () => {
  const rig = await rigOf({ limits: { memory: 20, webhookMemory: 10, pollMs: 20 } });
  const sink = await sinkOf();
  await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(
    tenantId,
    Array.from({ length: 150 }, (_, n) => anEvent('contact.updated', { n })),
  );
  await sink.arrived(150);
  await expect.poll(queued, patiently).toEqual([]);
  const seen = sink.requests.map((request) => (JSON.parse(request.body) as { data: { n: number } }).data.n);
  expect(new Set(seen).size).toBe(150);
  expect(sink.requests.length).toBe(150);
  await expect
    .poll(async () => (await listed(rig, { status: 'delivered', limit: 200 })).length, patiently)
    .toBe(150);
});

test('what one tenant has waiting in the queue, however much, does not come before the first of another', async () => {
  const other = await addTenant(database.db);
  const accepting = await rigOf({ sends: false });
  const sink = await sinkOf();
  for (let n = 0; n < 5; n++) await accepting.addWebhook(tenantId, { url: `${sink.url}/big` });
  await accepting.addWebhook(other, { url: `${sink.url}/small` });
  for (let n = 0; n < 10; n++)
    await accepting.append(
      tenantId,
      Array.from({ length: 100 }, () => anEvent()),
    );
  await accepting.append(
    other,
    Array.from({ length: 20 }, () => anEvent()),
  );
  await rigOf();
  await sink.arrived(5_020);
  const last = sink.requests.findLastIndex((request) => request.path === '/small');
  // Its 20 are among the first claims, a turn each, though all of the other's were due before.
  expect(last).toBeLessThan(600);
}, 60_000);

test('a process that does not send leaves its deliveries to one that does', async () => {
  const [accepting, sink] = [await rigOf({ sends: false }), await sinkOf()];
  await accepting.addWebhook(tenantId, { url: sink.url });
  await accepting.append(tenantId, [anEvent(), anEvent()]);
  expect(await queued()).toMatchObject([{ lane: 'first' }, { lane: 'first' }]);
  const sending = await rigOf();
  await sink.arrived(2);
  await expect.poll(queued, patiently).toEqual([]);
  expect((await listed(sending, { status: 'delivered' })).length).toBe(2);
});

test('Retry-After is honoured, and the webhook is left alone until then', async () => {
  const clock = new FakeClock(new Date());
  const rig = await rigOf({ clock, limits: { pollMs: 20 } });
  const sink = await sinkOf((_, nth) =>
    nth === 1 ? { status: 429, headers: { 'retry-after': '40' } } : { status: 200 },
  );
  await rig.addWebhook(tenantId, { url: sink.url, settings: { concurrency: 1 } });
  await rig.append(tenantId, [anEvent(), anEvent()]);
  await expect.poll(queued, patiently).toMatchObject([{ lane: 'retry' }]);
  const [waiting] = await listed(rig, { status: 'retrying' });
  expect(Date.parse(waiting!.nextAttemptAt!) - clock.now().getTime()).toBeGreaterThanOrEqual(40_000);
  clock.advance(39_000);
  await rig.delivery.poll();
  expect(sink.requests.length).toBe(1);
  clock.advance(10_000);
  await sink.arrived(3);
});

test('a redirect, a refused connection and an oversized answer with zero bytes are all told in words', async () => {
  const [rig, sink] = [
    await rigOf(),
    await sinkOf((request) =>
      request.path === '/moved'
        ? { status: 302, headers: { location: 'http://127.0.0.1:1/' } }
        : { status: 500, body: Buffer.alloc(100_000) },
    ),
  ];
  const closed = await startSink();
  await closed.close();
  await rig.addWebhook(tenantId, { url: `${sink.url}/moved`, name: 'moved' });
  await rig.addWebhook(tenantId, { url: `${sink.url}/big`, name: 'big' });
  await rig.addWebhook(tenantId, { url: closed.url, name: 'closed' });
  await rig.append(tenantId, [anEvent()]);
  await expect.poll(async () => (await queued()).length, patiently).toBe(3);
  const byName = new Map((await listed(rig)).map((one) => [one.webhookName, one]));
  expect(byName.get('moved')).toMatchObject({
    lastStatusCode: 302,
    lastError: expect.stringContaining('redirect') as string,
  });
  expect(byName.get('closed')).toMatchObject({
    lastStatusCode: null,
    lastError: expect.stringContaining('failed') as string,
  });
  const { log } = await readOne(rig, byName.get('big')!.id);
  expect(log[0]?.responseBody).toBe('\u{FFFD}'.repeat(4096));
});

test('a graceful stop waits for what is in flight and gives the rest to another process at once', async () => {
  let release: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const slow = await sinkOf(() => undefined);
  const quick = await sinkOf();
  const [rig, heir] = [await startRig({ db: database.db }), await rigOf({ sends: false })];
  const { id } = await rig.addWebhook(tenantId, { url: slow.url, settings: { concurrency: 1 } });
  await rig.append(tenantId, [anEvent(), anEvent(), anEvent()]);
  await slow.arrived(1);
  await rig.stop(50);
  release?.();
  await gate;
  expect((await queued()).map((row) => [row.lane, row.attempt])).toEqual(
    Array.from({ length: 3 }, () => ['first', 1]),
  );
  expect(await query('select id from processes where id = $1', [rig.process.id])).toEqual([]);
  await update(heir, id, { url: quick.url });
  await rigOf();
  await quick.arrived(3);
});
