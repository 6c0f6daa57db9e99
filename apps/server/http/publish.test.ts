import { createWebhook, listEvents, readEvent, type PublishInput } from '@mortise/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startReceiver } from '../../../tests/support/receiver.ts';
import { findPort } from '../find-port.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let tenant: Awaited<ReturnType<TestServer['createTenant']>>;
beforeAll(async () => void (server = await startTestServer({ sandbox: false })));
afterAll(() => server.stop());
beforeEach(async () => void (tenant = await server.createTenant('Acme')));

interface Answered {
  status: number;
  text: string;
  headers: Headers;
}

async function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  url = server.url,
): Promise<Answered> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.operatorKey}`,
      'mortise-tenant': tenant.id,
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}
const publish = (body: unknown, headers?: Record<string, string>) => post('/api/events', body, headers);
const batch = (events: unknown[], headers?: Record<string, string>) =>
  post('/api/events/batch', { events }, headers);
const codeOf = (answered: Answered) => (JSON.parse(answered.text) as { code: string }).code;
const log = async () => (await tenant.operator.call(listEvents, { query: { limit: 200 } })).data;
const anEvent = (more: Partial<PublishInput> = {}): PublishInput => ({
  type: 'order.placed',
  data: { total: 5 },
  ...more,
});
const subscribe = (url: string, events = ['order.*']) =>
  tenant.operator.call(createWebhook, { body: { name: 'Sink', url, events } });

describe('publishing', () => {
  it('is answered once the event is in the log with its deliveries, and who published it', async () => {
    const receiver = await startReceiver();
    await subscribe(receiver.url);
    const answered = await publish(
      anEvent({ subject: 'order-1', occurredAt: '2026-01-02T03:04:05Z', data: { a: { b: [1, 'x'] } } }),
    );
    expect(answered.status).toBe(202);
    const given = JSON.parse(answered.text) as { id: string };
    const event = await tenant.operator.call(readEvent, { params: { id: given.id } });
    expect(given).toEqual({
      id: event.id,
      type: 'order.placed',
      subject: 'order-1',
      traceId: answered.headers.get('trace-id'),
      occurredAt: '2026-01-02T03:04:05.000Z',
      deliveryCount: 1,
    });
    expect(event).toMatchObject({ ...given, publisher: 'operator', data: { a: { b: [1, 'x'] } } });
    const rows = await server.db.engine((tx) =>
      tx.query('select from deliveries d join tenants t on t.id = d.tenant_id'),
    );
    expect(rows).toHaveLength(1);
    await expect.poll(() => receiver.received.length).toBe(1);
    await receiver.close();
  });

  it('is for developers of the tenant, who are named on the event', async () => {
    const { client } = await server.member(tenant.id, 'viewer');
    const path = '/api/events';
    const refused = await (await server.member(tenant.id, 'viewer')).fetch(path, init(anEvent()));
    expect([client, refused.status]).toEqual([client, 403]);
    const developer = await server.member(tenant.id, 'developer');
    expect((await developer.fetch(path, init(anEvent()))).status).toBe(202);
    const [event] = await log();
    expect(event?.publisher).toMatch(/^usr_/);
  });

  it('takes no type that Mortise or a provider raises', async () => {
    for (const type of [
      'webhook.tested',
      'connection.anything',
      'contact.created',
      'sync.failed',
      'consent.x',
    ])
      expect([type, codeOf(await publish(anEvent({ type })))]).toEqual([type, 'event_type_reserved']);
    expect(await log()).toEqual([]);
  });

  it('refuses data that is too large or too deep, and leaves nothing', async () => {
    expect((await publish(anEvent({ data: { text: 'x'.repeat(256 * 1024) } }))).status).toBe(413);
    const deep = (text: string) => `${'{"a":'.repeat(50_000)}"${text}"${'}'.repeat(50_000)}`;
    for (const text of ['', String.raw`\ud83d\ude00`]) {
      const body = `{"type":"order.placed","data":${deep(text)}}`;
      expect((await publish(body, { 'idempotency-key': 'k' })).status).toBe(422);
    }
    expect(await log()).toEqual([]);
  });
});

const init = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'mortise-tenant': tenant.id },
  body: JSON.stringify(body),
});

describe('the caller’s own id', () => {
  it('gives the same answer again, byte for byte, whatever the order of members, and one event', async () => {
    const first = await publish(anEvent({ id: 'a', data: { x: 1, y: { p: 1, q: 2 } } }));
    const second = await publish(anEvent({ id: 'a', data: { y: { q: 2, p: 1 }, x: 1 } }));
    expect([first.status, second.status, second.text]).toEqual([202, 202, first.text]);
    expect([first, second].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(await log()).toHaveLength(1);
  });

  it.each([
    ['data', { data: { total: 6 } }],
    ['type', { type: 'order.paid' }],
    ['subject', { subject: 'other' }],
    ['time', { occurredAt: '2026-01-02T03:04:05Z' }],
  ])('is refused with other %s', async (_what, more) => {
    await publish(anEvent({ id: 'a' }));
    const second = await publish(anEvent({ id: 'a', ...more }));
    expect([second.status, codeOf(second)]).toEqual([422, 'event_id_reused']);
    expect(await log()).toHaveLength(1);
  });

  it('is one tenant’s own', async () => {
    await publish(anEvent({ id: 'a' }));
    const first = tenant;
    tenant = await server.createTenant('Other');
    expect((await publish(anEvent({ id: 'a', data: { other: true } }))).status).toBe(202);
    expect([(await log()).length, tenant.id === first.id]).toEqual([1, false]);
  });

  it('is one event over several processes at once', async () => {
    const port = await findPort('127.0.0.1', 0, 'MORTISE_PORT');
    const peer = await server.startPeer(port);
    const urls = [server.url, `http://127.0.0.1:${port}`];
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        post('/api/events', anEvent({ id: `id-${n % 6}` }), {}, urls[n % 2]),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(6);
    expect(await log()).toHaveLength(6);
    await peer.stop();
  });

  it('may be used anew after 24 hours, and not before', async () => {
    await publish(anEvent({ id: 'a' }));
    const move = (hours: number) =>
      server.db.engine((tx) =>
        tx.query(
          `update published_ids set event_id = uuid_floor(now() - make_interval(hours => $1))
            where name = 'id a' and tenant_id in (select tenant_id from events order by id desc limit 1)`,
          [hours],
        ),
      );
    await move(25);
    expect((await publish(anEvent({ id: 'a', data: { total: 6 } }))).status).toBe(202);
    expect((await publish(anEvent({ id: 'a', data: { total: 7 } }))).status).toBe(422);
    expect(await log()).toHaveLength(2);
  });
});

describe('without an id the Idempotency-Key', () => {
  it('does as for other creates', async () => {
    const key = { 'idempotency-key': 'key-1' };
    const first = await publish(anEvent(), key);
    const second = await publish(anEvent(), key);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const other = await publish(anEvent({ data: {} }), key);
    expect([other.status, codeOf(other)]).toEqual([422, 'idempotency_mismatch']);
    const many = await batch([anEvent(), anEvent()], { 'idempotency-key': 'key-2' });
    expect((await batch([anEvent(), anEvent()], { 'idempotency-key': 'key-2' })).text).toBe(many.text);
    expect((await batch([anEvent()], { 'idempotency-key': 'key-2' })).status).toBe(422);
    expect(await log()).toHaveLength(3);
  });
});

describe('a batch', () => {
  it('is all or nothing: one event at fault leaves none of it, and its ids free', async () => {
    await publish(anEvent({ id: 'taken' }));
    const refused = await batch([anEvent({ id: 'b' }), anEvent({ id: 'taken', data: {} })]);
    expect([refused.status, codeOf(refused)]).toEqual([422, 'event_id_reused']);
    expect(refused.text).toContain('body.events.1.id');
    expect((await batch([anEvent({ id: 'b', data: { new: true } })])).status).toBe(202);
    expect(await log()).toHaveLength(2);
  });

  it('may hold the same id twice with the same content, which is one event, and not with other content', async () => {
    const answered = await batch([anEvent({ id: 'a' }), anEvent({ id: 'a' })]);
    const { data } = JSON.parse(answered.text) as { data: { id: string }[] };
    expect([answered.status, data[0]?.id]).toEqual([202, data[1]?.id]);
    expect((await batch([anEvent({ id: 'b' }), anEvent({ id: 'b', data: {} })])).status).toBe(422);
    expect(await log()).toHaveLength(1);
  });

  it('keeps the order of its events, 500 of them', async () => {
    const answered = await batch(Array.from({ length: 500 }, (_, n) => anEvent({ data: { n } })));
    const { data } = JSON.parse(answered.text) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(data.map(({ id }) => id).toSorted());
    expect((await batch(Array.from({ length: 501 }, () => anEvent()))).status).toBe(400);
    expect(new Set(data.map(({ id }) => id)).size).toBe(500);
  });
});

it('whatever the order in which ids repeat, alone and in batches, each is one event with one answer', async () => {
  const request = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async (requests) => {
      tenant = await server.createTenant('Property');
      const eventOf = (id: number) => anEvent({ id: String(id), data: { id } });
      const answers = await Promise.all(
        requests.map(async (ids) => {
          const answered = ids.length === 1 ? await publish(eventOf(ids[0]!)) : await batch(ids.map(eventOf));
          const json = JSON.parse(answered.text) as { id: string } | { data: { id: string }[] };
          return ('data' in json ? json.data : [json]).map(({ id }, place) => [ids[place], id] as const);
        }),
      );
      const byId = new Map<number | undefined, Set<string>>();
      for (const [own, id] of answers.flat()) byId.set(own, (byId.get(own) ?? new Set()).add(id));
      for (const ids of byId.values()) expect(ids.size).toBe(1);
      const kept = (await log()).map((event) => event.data.id);
      expect(kept.toSorted()).toEqual([...byId.keys()].toSorted());
    }),
    { numRuns: 25 },
  );
});
