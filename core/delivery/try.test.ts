import { tryWebhook } from '@mortise/contract';
import { expect, test } from 'vitest';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import { publicId } from '../kernel/index.ts';
import { addTenant, anEvent, bodyOf, contextOf, type Rig } from './testing/rig.ts';
import { useStage } from './testing/stage.ts';

let database: TestDatabase;
let tenantId: string;
const stage = useStage((now) => void ({ database, tenantId } = now));
const { rigOf, sinkOf, query } = stage;
const unhurried = { transformMs: 10_000 };

const tryOut = async (rig: Rig, asked: object, by = tenantId) => {
  const input = { params: undefined, query: undefined, body: tryWebhook.body.parse(asked) };
  return tryWebhook.response.parse(bodyOf(await rig.routes.tryOut(contextOf(by), input)));
};

test('it shows what a saved webhook would send, secrets left out, and sends and keeps nothing', async () => {
  const [rig, sink] = [await rigOf({ limits: unhurried }), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, {
    url: sink.url,
    events: ['deal.*'],
    authSecret: 'very-secret',
    settings: {
      method: 'PUT',
      headers: { 'X-A': '1' },
      auth: { kind: 'header', name: 'X-Key' },
      transform: 'data.n',
    },
  });
  const tried = await tryOut(rig, { webhookId: id, event: { type: 'deal.won', data: { n: 5 } } });
  expect(tried).toMatchObject({
    matched: true,
    reason: 'Subscribed by deal.*.',
    outcome: 'sent',
    error: null,
    request: {
      method: 'PUT',
      url: sink.url,
      body: '5',
      headers: { 'x-a': '1', 'x-key': '[hidden]', 'webhook-signature': '[signature]' },
    },
  });
  expect(JSON.parse(tried.event)).toMatchObject({ type: 'deal.won', subject: null, data: { n: 5 } });
  // What is not saved lies over what is.
  expect(
    await tryOut(rig, {
      webhookId: id,
      settings: { transform: null, method: 'POST' },
      event: { type: 'deal.won' },
    }),
  ).toMatchObject({
    request: { method: 'POST', body: expect.stringContaining('deal.won') as string },
  });
  await rig.delivery.idle();
  expect(sink.requests).toEqual([]);
  expect(await query('select id from events where tenant_id = $1', [tenantId])).toEqual([]);
});

test('it says by what an event matches, or what is in the way', async () => {
  const rig = await rigOf();
  const filter = { 'data.amount': { $gt: 100 }, 'data.stage': 'won' };
  const reasonOf = async (more: object) => {
    const { matched, reason } = await tryOut(rig, {
      event: { type: 'deal.won', data: { amount: 1, stage: 'won' } },
      ...more,
    });
    return [matched, reason];
  };
  expect(await reasonOf({})).toEqual([true, 'Subscribed by *.']);
  expect(await reasonOf({ events: ['contact.*'] })).toEqual([false, 'No subscription covers deal.won.']);
  expect(await reasonOf({ settings: { filter } })).toEqual([
    false,
    'Subscribed by *; the filter does not hold at data.amount.',
  ]);
  expect(await reasonOf({ settings: { filter: { 'data.amount': 1 } } })).toEqual([
    true,
    'Subscribed by *, and the filter holds.',
  ]);
});

test('a transform that fails or gives nothing is told, not thrown', async () => {
  const rig = await rigOf({ limits: unhurried });
  const event = { type: 'deal.won', data: {} };
  expect(await tryOut(rig, { event, settings: { transform: 'data.x' } })).toMatchObject({
    outcome: 'skipped',
    request: null,
  });
  expect(await tryOut(rig, { event, settings: { transform: 'data.(' } })).toMatchObject({
    outcome: 'failed',
    error: expect.stringContaining('at character') as string,
    request: null,
  });
});

test('the event is the one given, one of the log, or the latest of a type; never of another tenant', async () => {
  const rig = await rigOf();
  const [first] = await rig.append(tenantId, [anEvent('deal.won', { n: 1 }), anEvent('deal.won', { n: 2 })]);
  const eventId = publicId('event', first!.id);
  expect((await tryOut(rig, { eventId })).event).toContain('"n":1');
  expect((await tryOut(rig, { eventType: 'deal.won' })).event).toContain('"n":2');
  const stranger = await addTenant(database.db);
  const { id: webhookId } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/' });
  for (const asked of [{ eventId }, { eventType: 'deal.won' }, { webhookId, event: { type: 'deal.won' } }])
    await expect(tryOut(rig, asked, stranger)).rejects.toMatchObject({ code: 'not_found' });
  for (const asked of [{}, { eventId, eventType: 'deal.won' }])
    expect(tryWebhook.body.safeParse(asked).success).toBe(false);
});
