import {
  createWebhook,
  eraseEvents,
  listAudit,
  listDeliveries,
  listEvents,
  publishEvents,
  readDelivery,
  readErasure,
  updateTenant,
  type PublishInput,
} from '@mortise/contract';
import { expireAll } from '@mortise/core/events/expire-events.ts';
import { eraseEvents as runErasure } from '@mortise/core/events/erase-events.ts';
import { forgetEvents } from '@mortise/core/delivery';
import { bareId, systemClock } from '@mortise/core/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startReceiver } from '../../../tests/support/receiver.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let tenant: Awaited<ReturnType<TestServer['createTenant']>>;
beforeAll(async () => void (server = await startTestServer({ sandbox: false })));
afterAll(() => server.stop());
beforeEach(async () => void (tenant = await server.createTenant('Acme')));

const follower = forgetEvents({ clock: systemClock, hints: { publish() {} } });
const call: TestServer['operator']['call'] = (...given) => tenant.operator.call(...given);
const publish = (events: PublishInput[]) => call(publishEvents, { body: { events } });
const log = async () => (await call(listEvents, { query: { limit: 200 } })).data;
const over = async (id: string) => {
  await expect
    .poll(async () => (await call(readErasure, { params: { id } })).state, { timeout: 10_000 })
    .toBe('succeeded');
};
const about = (email: string, n = 1): PublishInput[] =>
  Array.from({ length: n }, (_, i) => ({
    type: 'order.placed',
    subject: `${email.split('@')[0]}`,
    data: { i, customer: { email } },
  }));

describe('erasing', () => {
  it('by subject blanks the data of that subject’s events and nothing else, and the log keeps that they happened', async () => {
    await publish([...about('ada@example.com', 3), ...about('bob@example.com', 2)]);
    const { id } = await call(eraseEvents, { body: { subject: 'ada' } });
    await over(id);
    const events = await log();
    const [ada, bob] = ['ada', 'bob'].map((name) => events.filter(({ subject }) => subject === name));
    expect(ada?.map(({ data, erasedAt }) => [data, erasedAt === null])).toEqual(
      Array.from({ length: 3 }, () => [{}, false]),
    );
    expect(bob?.every(({ data, erasedAt }) => 'customer' in data && erasedAt === null)).toBe(true);
    expect(await call(readErasure, { params: { id } })).toMatchObject({ erased: 3, seen: 3, error: null });
    const audit = (await call(listAudit)).data.filter(({ action }) => action.startsWith('events.'));
    expect(audit.map(({ action, details }) => [action, details])).toEqual([
      ['events.erased', { erased: 3 }],
      ['events.erasure_requested', { by: 'subject' }],
    ]);
    const rows = await server.db.engine((tx) => tx.query('select selector from event_erasures'));
    expect(rows.every((row) => row.selector === null)).toBe(true);
  });

  it('by a value in the data finds it wherever the subject is another', async () => {
    await publish([...about('ada@example.com', 2), ...about('bob@example.com', 1)]);
    const { id } = await call(eraseEvents, {
      body: { pointer: '/customer/email', value: 'ada@example.com' },
    });
    await over(id);
    expect((await log()).filter(({ erasedAt }) => erasedAt !== null)).toHaveLength(2);
    expect(await log()).toHaveLength(3);
  });

  it('takes what attempts have kept, and ends what is not delivered yet with the reason', async () => {
    const receiver = await startReceiver();
    receiver.answer(500);
    const body = { name: 'Sink', url: receiver.url, events: ['order.*'] };
    await call(createWebhook, { body });
    await publish(about('ada@example.com'));
    const delivery = async () => (await call(listDeliveries)).data[0]!;
    await expect.poll(async () => (await delivery()).status).toBe('retrying');
    const { id } = await call(eraseEvents, { body: { subject: 'ada' } });
    await over(id);
    await expect.poll(async () => (await delivery()).status, { timeout: 10_000 }).toBe('failed');
    const { log: attempts, ...rest } = await call(readDelivery, { params: { id: (await delivery()).id } });
    expect(rest.lastError).toBe('The data of the event was erased on request.');
    expect(rest.body).not.toContain('ada@');
    expect(attempts[0]).toMatchObject({ responseBody: null, responseHeaders: null });
    expect(receiver.received).toHaveLength(1);
    // And what is recorded from now on is looked for, whatever becomes of this process.
    const erased = (await log())
      .filter(({ erasedAt }) => erasedAt !== null)
      .map((event) => bareId('event', event.id));
    const noted = await server.db.engine((tx) =>
      tx.query<{ event_id: string }>('select event_id from erased_events where event_id = any($1::uuid[])', [
        erased,
      ]),
    );
    expect(noted.map((row) => row.event_id).toSorted()).toEqual(erased.toSorted());
    await receiver.close();
  });

  it('is for admins', async () => {
    const developer = await server.member(tenant.id, 'developer');
    const refused = developer.client.call(eraseEvents, { body: { subject: 'ada' } });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('goes on where it was, whatever ends it between two batches, and runs twice at once without harm', async () => {
    await publish(about('ada@example.com', 25));
    const deps = {
      db: server.db,
      clock: systemClock,
      audit: async () => {},
      queue: { addIn: async () => {} },
      followers: [follower],
      batchSize: 4,
    };
    const [row] = await server.db.engine((tx) =>
      tx.query<{ tenant_id: string; id: string }>(
        `insert into event_erasures (tenant_id, id, selector, through, actor, trace_id)
         select tenant_id, uuid_floor(now()), '{"subject":"ada"}', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '{}', id
           from events order by id desc limit 1 returning tenant_id, id`,
      ),
    );
    const payload = { tenantId: row!.tenant_id, erasureId: row!.id };
    for (let batches = 1; ; batches++) {
      const stop = new AbortController();
      let left = batches % 3;
      const followers = [{ ...follower, erase: async () => void (left-- <= 0 && stop.abort()) }];
      const ended = await runErasure({ ...deps, followers }, payload, stop.signal).then(
        () => true,
        () => false,
      );
      if (ended) break;
    }
    await Promise.all([1, 2].map(() => runErasure(deps, payload, new AbortController().signal)));
    expect((await log()).every(({ erasedAt }) => erasedAt !== null)).toBe(true);
    const [after] = await server.db.engine((tx) =>
      tx.query('select state, seen, erased from event_erasures where id = $1', [payload.erasureId]),
    );
    expect(after).toEqual({ state: 'succeeded', seen: 25, erased: 25 });
  });

  it('no role can change or remove an event but by the two functions, and requests not even by those', async () => {
    for (const sql of [`update events set data = '{}'`, 'delete from events']) {
      await expect(server.db.engine((tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
    }
    const bare = await server.db.engine((tx) =>
      tx.query<{ id: string }>('select id from tenants order by id desc limit 1'),
    );
    for (const sql of [
      `select erase_events('${bare[0]!.id}', '{}')`,
      `select expire_events('${bare[0]!.id}', '${bare[0]!.id}', 1)`,
    ])
      await expect(server.db.tenant(bare[0]!.id, (tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
  });
});

it('a tenant’s retention removes its own events with deliveries and attempts past its days, and no others', async () => {
  const receiver = await startReceiver();
  const other = await server.createTenant('Other');
  for (const one of [tenant, other]) {
    const body = { name: 'Sink', url: receiver.url, events: ['order.*'] };
    await one.operator.call(createWebhook, { body });
    await one.operator.call(publishEvents, { body: { events: about('ada@example.com', 7) } });
  }
  await expect.poll(() => receiver.received.length).toBe(14);
  await server.mortise.delivery.idle();
  await call(updateTenant, { body: { retentionDays: 2 } });
  const run = (days: number) =>
    expireAll(
      {
        db: server.db,
        clock: { now: () => new Date(Date.now() + days * 86_400_000) },
        followers: [follower],
        batchSize: 3,
      },
      new AbortController().signal,
    );
  await run(1);
  expect(await log()).toHaveLength(7);
  await run(4);
  expect([await log(), (await call(listDeliveries)).data]).toEqual([[], []]);
  expect((await other.operator.call(listEvents)).data).toHaveLength(7);
  const attempts = await server.db.engine((tx) => tx.query('select count(*) as n from attempts'));
  expect(attempts[0]?.n).toBeGreaterThanOrEqual(7);
  await receiver.close();
});

describe('searching', () => {
  it('finds a family, a time, a publisher and a value in the data, page by page', async () => {
    const kinds = ['order.placed', 'order.paid', 'orders.placed', 'invoice.sent'];
    await publish(
      Array.from({ length: 12 }, (_, n) => ({ type: kinds[n % 4]!, data: { n, tags: ['a', String(n)] } })),
    );
    const search = async (query: Record<string, unknown>) =>
      (await call(listEvents, { query: { limit: 200, ...query } })).data;
    expect((await search({ type: 'order.*' })).map(({ data }) => data.n)).toEqual([9, 8, 5, 4, 1, 0]);
    const first = await call(listEvents, { query: { type: 'order.*', limit: 4 } });
    const rest = await call(listEvents, {
      query: { type: 'order.*', limit: 4, cursor: first.nextCursor ?? '' },
    });
    expect([...first.data, ...rest.data].map(({ data }) => data.n)).toEqual([9, 8, 5, 4, 1, 0]);
    const from = new Date(Date.now() - 3_600_000).toISOString();
    expect(await search({ publisher: 'operator', from })).toHaveLength(12);
    expect(await search({ publisher: 'usr_nobody', from })).toEqual([]);
    expect((await search({ dataPath: '/tags/1', value: '7', from })).map(({ data }) => data.n)).toEqual([7]);
    expect(await search({ to: from })).toEqual([]);
    for (const query of [
      { dataPath: '/n', value: '1' },
      { publisher: 'operator' },
      { dataPath: '/n', from },
      { publisher: 'operator', from: '2026-01-01T00:00:00Z' },
    ])
      await expect(search(query)).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
