import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, publicId } from '../kernel/index.ts';
import { readDeliveriesOfTrace } from './read-trace.ts';
import { addTenant, anEvent, bodyOf, contextOf, someTrace } from './testing/rig.ts';
import { useStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

let database: TestDatabase;
let tenantId: string;
const stage = useStage((now) => void ({ database, tenantId } = now));
const { rigOf, sinkOf, query, listed, readOne, update, queued } = stage;

test('only the webhooks that subscribed get it, and a paused one keeps it until it is resumed', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: `${sink.url}/contacts`, events: ['contact.*'] });
  await rig.addWebhook(tenantId, { url: `${sink.url}/deals`, events: ['deal.created'] });
  const { id } = await rig.addWebhook(tenantId, {
    url: `${sink.url}/paused`,
    events: ['*'],
    status: 'paused',
  });
  await rig.append(tenantId, [anEvent('contact.updated'), anEvent('deal.created'), anEvent('deal.updated')]);
  await rig.delivery.idle();
  expect(sink.requests.map((request) => request.path).toSorted()).toEqual(['/contacts', '/deals']);
  expect((await listed(rig, { status: 'held' })).length).toBe(3);
  await update(rig, id, { status: 'active' });
  await sink.arrived(5);
  await expect.poll(queued, patiently).toEqual([]);
  expect(sink.requests.filter((request) => request.path === '/paused').length).toBe(3);
  expect((await listed(rig, { status: 'delivered' })).length).toBe(5);
});

test('pausing holds what waits for its retry, and resuming sends it at once', async () => {
  let up = false;
  const [rig, sink] = [await rigOf(), await sinkOf(() => ({ status: up ? 200 : 500 }))];
  const { id } = await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [anEvent()]);
  await expect.poll(queued, patiently).toMatchObject([{ lane: 'retry', attempt: 2 }]);
  await update(rig, id, { status: 'paused' });
  expect(await listed(rig)).toMatchObject([{ status: 'held', nextAttemptAt: null }]);
  up = true;
  await update(rig, id, { status: 'active' });
  await sink.arrived(2);
  await expect.poll(() => listed(rig), patiently).toMatchObject([{ status: 'delivered', attempts: 2 }]);
});

test('what waits in memory for an endpoint that answers 410 is held, not sent to be refused one by one', async () => {
  const rig = await rigOf();
  const gone = await sinkOf(() => ({ status: 410 }));
  await rig.addWebhook(tenantId, {
    url: gone.url,
    events: ['contact.*'],
    settings: { concurrency: 2 },
  });
  await rig.append(
    tenantId,
    Array.from({ length: 50 }, () => anEvent()),
  );
  await rig.delivery.idle();
  await expect.poll(async () => (await queued()).every((row) => row.lane === 'held'), patiently).toBe(true);
  expect(gone.requests.length).toBeLessThanOrEqual(4);
  expect((await queued()).length).toBe(50 - gone.requests.length);
});

test('410 ends the delivery and disables the webhook, with an event and an audit entry; later events are held', async () => {
  const [rig, gone, other] = [await rigOf(), await sinkOf(() => ({ status: 410 })), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, { url: gone.url });
  await rig.addWebhook(tenantId, { url: other.url, events: ['webhook.disabled'] });
  await rig.append(tenantId, [anEvent()]);
  await other.arrived(1);
  await rig.delivery.idle();
  expect(JSON.parse(other.requests[0]!.body)).toMatchObject({
    type: 'webhook.disabled',
    data: { webhookId: id },
  });
  const webhook = bodyOf(
    await rig.routes.read(contextOf(tenantId), { params: { id }, query: undefined, body: undefined }),
  );
  expect(webhook).toMatchObject({
    status: 'disabled',
    version: 2,
    reason: expect.stringContaining('410') as string,
  });
  const audit = await query<{ action: string }>(
    'select action from audit_entries where tenant_id = $1 and subject = $2',
    [tenantId, id],
  );
  expect(audit.map((row) => row.action)).toContain('webhook.disabled');
  await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
  expect(gone.requests.length).toBe(1);
  expect((await listed(rig, { status: 'failed' })).length).toBe(1);
  // The event of the disabling was bound for it too, and is held like what came after.
  expect((await listed(rig, { status: 'held' })).length).toBe(2);
});

test('after a rotation both secrets verify for a day, then only the new one', async () => {
  const clock = new FakeClock(new Date());
  const [rig, sink] = [await rigOf({ clock }), await sinkOf()];
  const { id, secret } = await rig.addWebhook(tenantId, { url: sink.url });
  const rotated = bodyOf(
    await rig.routes.rotateSecret(contextOf(tenantId), { params: { id }, query: undefined, body: undefined }),
  );
  expect(Date.parse(rotated.previousValidUntil) - clock.now().getTime()).toBe(24 * 3_600_000);
  await rig.append(tenantId, [anEvent()]);
  await sink.arrived(1);
  const first = sink.requests[0]!;
  for (const one of [secret, rotated.secret]) {
    expect(() => new Webhook(one).verify(first.body, first.headers as Record<string, string>)).not.toThrow();
  }
  clock.advance(24 * 3_600_000);
  await rig.append(tenantId, [anEvent()]);
  await sink.arrived(2);
  const second = sink.requests[1]!;
  expect(String(second.headers['webhook-signature']).split(' ').length).toBe(1);
  const resigned = new Webhook(rotated.secret).sign(
    String(second.headers['webhook-id']),
    new Date(Number(second.headers['webhook-timestamp']) * 1000),
    second.body,
  );
  expect(resigned).toBe(second.headers['webhook-signature']);
});

test('the test button sends a real event to that webhook alone, whatever it subscribed to', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: `${sink.url}/other`, events: ['*'] });
  const { id } = await rig.addWebhook(tenantId, { url: `${sink.url}/tested`, events: ['deal.*'] });
  const made = bodyOf(
    await rig.routes.test(contextOf(tenantId), { params: { id }, query: undefined, body: undefined }),
  );
  expect(made).toMatchObject({ eventType: 'webhook.tested', webhookId: id, status: 'pending' });
  await rig.delivery.idle();
  expect(sink.requests.map((request) => request.path)).toEqual(['/tested']);
  expect((await readOne(rig, made.id)).status).toBe('delivered');
});

test('deleting a webhook ends what waits for it and says so, as no failure; the log still names it', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf(() => ({ status: 500 }))];
  const { id } = await rig.addWebhook(tenantId, { url: sink.url, name: 'Orders' });
  await rig.append(tenantId, [anEvent()]);
  await expect.poll(queued, patiently).toMatchObject([{ lane: 'retry' }]);
  await rig.routes.remove(contextOf(tenantId), { params: { id }, query: undefined, body: undefined });
  expect(await queued()).toEqual([]);
  const [ended] = await listed(rig, { status: 'skipped' });
  expect(ended).toMatchObject({ webhookName: 'Orders', lastError: 'The webhook was deleted.' });
  expect(await query('select name from counters where tenant_id = $1', [tenantId])).toEqual([]);
  const about = { params: undefined, query: {}, body: undefined };
  expect(bodyOf(await rig.routes.undelivered(contextOf(tenantId), about)).data).toEqual([]);
  await rig.append(tenantId, [anEvent()]);
  expect((await listed(rig)).length).toBe(1);
  expect(await query('select id from webhook_secrets where tenant_id = $1', [tenantId])).toEqual([]);
  const retry = rig.routes.retry(contextOf(tenantId), {
    params: { id: ended!.id },
    query: undefined,
    body: undefined,
  });
  await expect(retry).rejects.toMatchObject({ code: 'unprocessable' });
});

test('an update with a version that is not the latest changes nothing', async () => {
  const rig = await rigOf();
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/' });
  await update(rig, id, { name: 'Renamed' }, { 'if-match': '"1"' });
  await expect(update(rig, id, { name: 'Lost' }, { 'if-match': '"1"' })).rejects.toMatchObject({
    code: 'version_mismatch',
  });
  const rows = await query<{ name: string }>('select name from webhooks where tenant_id = $1', [tenantId]);
  expect(rows).toEqual([{ name: 'Renamed' }]);
});

test('an address that is not of the public internet is refused, unless the operator allowed it', async () => {
  const rig = await rigOf();
  await expect(rig.addWebhook(tenantId, { url: 'http://169.254.169.254/latest' })).rejects.toMatchObject({
    code: 'unprocessable',
    issues: [{ path: 'url' }],
  });
});

test('another tenant neither sees nor changes any of it', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
  const [mine] = await listed(rig);
  const stranger = contextOf(await addTenant(database.db));
  const input = { params: { id }, query: undefined, body: undefined };
  await expect(rig.routes.read(stranger, input)).rejects.toMatchObject({ code: 'not_found' });
  await expect(rig.routes.remove(stranger, input)).rejects.toMatchObject({ code: 'not_found' });
  await expect(rig.routes.rotateSecret(stranger, input)).rejects.toMatchObject({ code: 'not_found' });
  await expect(rig.routes.test(stranger, input)).rejects.toMatchObject({ code: 'not_found' });
  const ofDelivery = { params: { id: mine!.id }, query: undefined, body: undefined };
  await expect(rig.routes.readDelivery(stranger, ofDelivery)).rejects.toMatchObject({ code: 'not_found' });
  await expect(rig.routes.retry(stranger, ofDelivery)).rejects.toMatchObject({ code: 'not_found' });
});

test('a trace tells its deliveries and their attempts, of all its events or of those about one thing', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url });
  await rig.addWebhook(tenantId, { url: `${sink.url}/contacts`, events: ['contact.*'] });
  const about = { ...anEvent(), subject: 'rec_1' };
  await rig.append(tenantId, [about, anEvent('deal.created'), anEvent('deal.updated')]);
  await rig.append(tenantId, [anEvent()], 'f'.repeat(32));
  await rig.delivery.idle();
  const read = (filter: { subject?: string; limit: number }) =>
    rig.db.tenant(tenantId, (tx) => readDeliveriesOfTrace(tx, tenantId, someTrace, filter));
  const all = await read({ limit: 3 });
  expect(all.count).toBe(4);
  expect(all.first.map((one) => [one.status, one.traceId, one.log.length])).toEqual(
    Array.from({ length: 3 }, () => ['delivered', someTrace, 1]),
  );
  expect((await read({ subject: 'rec_1', limit: 50 })).first.map((one) => one.eventType)).toEqual(
    Array.from({ length: 2 }, () => 'contact.updated'),
  );
  expect((await read({ subject: 'rec_2', limit: 50 })).count).toBe(0);
});

test('deliveries are listed newest first, page after page, by webhook, by event and by status', async () => {
  const [rig, sink] = [
    await rigOf(),
    await sinkOf((request) => ({ status: request.path === '/down' ? 500 : 200 })),
  ];
  const { id: up } = await rig.addWebhook(tenantId, { url: `${sink.url}/up` });
  const { id: down } = await rig.addWebhook(tenantId, { url: `${sink.url}/down` });
  const events = await rig.append(tenantId, [anEvent(), anEvent(), anEvent()]);
  await rig.delivery.idle();
  const seen: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const input = {
      params: undefined,
      query: { limit: 4, ...(cursor === undefined ? {} : { cursor }) },
      body: undefined,
    };
    const page = bodyOf(await rig.routes.deliveries(contextOf(tenantId), input));
    seen.push(...page.data.map((one) => one.id));
    cursor = page.nextCursor;
  }
  expect(seen.length).toBe(6);
  expect(seen).toEqual(seen.toSorted().toReversed());
  const eventId = publicId('event', events[1]!.id);
  for (const [webhookId, status] of [
    [up, 'delivered'],
    [down, 'retrying'],
  ] as const) {
    expect((await listed(rig, { webhookId })).map((one) => one.status)).toEqual([status, status, status]);
    expect((await listed(rig, { webhookId, status })).length).toBe(3);
    expect(await listed(rig, { eventId, status })).toMatchObject([{ eventId, webhookId, status }]);
  }
  expect((await listed(rig, { eventId })).length).toBe(2);
  for (const status of ['pending', 'failed', 'held']) {
    expect(await listed(rig, { eventId, status })).toEqual([]);
  }
});

test('its statistics sum up what the log holds, by the hour, over all processes', async () => {
  let up = true;
  const sink = await sinkOf(() => ({ status: up ? 204 : 500 }));
  const [one, other] = [await rigOf(), await rigOf()];
  const { id } = await one.addWebhook(tenantId, { url: sink.url });
  await one.append(tenantId, [anEvent(), anEvent(), anEvent()]);
  await other.append(tenantId, [anEvent()]);
  await expect.poll(() => sink.requests.length, patiently).toBe(4);
  up = false;
  await one.append(tenantId, [anEvent()]);
  await expect.poll(queued, patiently).toMatchObject([{ lane: 'retry', attempt: 2 }]);
  for (const rig of [one, other]) await rig.delivery.stop();
  const read = async (webhookId: string) =>
    bodyOf(
      await one.routes.statistics(contextOf(tenantId), {
        params: { id: webhookId },
        query: { hours: 24 },
        body: undefined,
      }),
    );
  const { perHour, ...sums } = await read(id);
  expect(sums).toMatchObject({ delivered: 4, failed: 0, retried: 1, skipped: 0 });
  expect(sums.meanMs).toBeGreaterThan(0);
  expect(sums.longestMs).toBeGreaterThanOrEqual(sums.meanMs ?? Infinity);
  expect(perHour.length).toBe(24);
  expect(perHour.reduce((total, hour) => total + hour.delivered, 0)).toBe(4);
  const stranger = await addTenant(database.db);
  await expect(
    one.routes.statistics(contextOf(stranger), { params: { id }, query: { hours: 24 }, body: undefined }),
  ).rejects.toMatchObject({ code: 'not_found' });
});
