import { createGate, type ConsentDeps } from '@mortise/core/consent';
import { consentRig, type ConsentRig } from '@mortise/core/consent/testing/rig.ts';
import { addTenant, anEvent, type Rig } from '@mortise/core/delivery/testing/rig.ts';
import { createStage } from '@mortise/core/delivery/testing/stage.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { consentGateOf } from './consent-gate.ts';

// The ledger of consent and the deliveries, joined as the composition joins them.

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };
const consent = { purpose: 'marketing', subject: '/data/person' };

let ledger: ConsentRig;
let tenantId: string;
/** The process whose deliveries a withdrawal stops. */
let stopping: Rig | undefined;
const stops: ConsentDeps['stops'] = [
  async (tx, withdrawal) => (await stopping?.delivery.stopWithdrawn(tx, withdrawal)) ?? 0,
];

beforeAll(async () => {
  ledger = await consentRig({ stops });
});
beforeEach(async () => {
  tenantId = await addTenant(ledger.db);
  await ledger.purpose(tenantId);
});
afterEach(async () => {
  stopping = undefined;
  await stage.clear();
});
afterAll(() => ledger.drop());

const stage = createStage(() => ({ db: ledger.db, tenantId }));
const { sinkOf, listed, readOne, query, queued } = stage;
const gate = () => consentGateOf(createGate(ledger.deps));

async function rigOf(options: Parameters<typeof stage.rigOf>[0] = {}): Promise<Rig> {
  stopping = await stage.rigOf({ consentGate: gate(), ...options });
  return stopping;
}
const about = (person: unknown, n = 1) => anEvent('contact.updated', { person, n });
const idle = async (rig: Rig) => {
  await expect.poll(async () => (await queued()).length, patiently).toBe(0);
  await rig.delivery.idle();
};

test('a grant lets through, and only those of whom there is one', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url, settings: { consent } });
  await ledger.grant(tenantId, 'ann');
  await rig.append(tenantId, [about('ann'), about('bob')]);
  await idle(rig);
  expect(sink.requests.map(({ body }) => (JSON.parse(body) as { data: object }).data)).toEqual([
    { person: 'ann', n: 1 },
  ]);
  expect((await listed(rig)).map(({ status }) => status).toSorted()).toEqual(['delivered', 'skipped']);
});

describe('nothing is sent, nor tried again, and the attempt says why,', () => {
  it.each<[string, unknown, RegExp, () => Promise<unknown>]>([
    ['without a grant', 'ann', /never granted/, async () => {}],
    [
      'after a withdrawal',
      'ann',
      /withdrawn/,
      async () => ledger.withdraw(tenantId, (await ledger.grant(tenantId, 'ann')).id),
    ],
    [
      'after its end',
      'ann',
      /expired/,
      async () => {
        await ledger.grant(tenantId, 'ann', {
          expiresAt: new Date(ledger.clock.now().getTime() + 1000).toISOString(),
        });
        ledger.clock.advance(1000);
      },
    ],
    ['of an event that names nobody', undefined, /names no person at \/data\/person/, async () => {}],
    ['of an event that names what is no person', { id: 'ann' }, /names no person/, async () => {}],
    ['of one whose name is longer than any', 'x'.repeat(100_000), /names no person/, async () => {}],
  ])('%s', async (_, person, reason, before) => {
    const [rig, sink] = [await rigOf(), await sinkOf()];
    await rig.addWebhook(tenantId, { url: sink.url, settings: { consent } });
    await before();
    await rig.append(tenantId, [about(person)]);
    await idle(rig);
    const [delivery] = await listed(rig);
    expect(delivery).toMatchObject({ status: 'skipped', attempts: 1, nextAttemptAt: null });
    expect(delivery?.lastError).toMatch(reason);
    expect((await readOne(rig, delivery!.id)).log).toMatchObject([
      { outcome: 'skipped', requestHeaders: {}, statusCode: null },
    ]);
    expect(sink.requests).toEqual([]);
    // A grant that comes later changes nothing; to send it by hand asks anew.
    if (person !== 'ann') return;
    await ledger.grant(tenantId, 'ann');
    await rig.delivery.poll();
    expect(sink.requests).toEqual([]);
    await rig.routes.retry(stage.context(), {
      params: { id: delivery!.id },
      query: undefined,
      body: undefined,
    });
    await sink.arrived(1);
    await expect.poll(() => listed(rig), patiently).toMatchObject([{ status: 'delivered', attempts: 2 }]);
  });
});

test('a withdrawal ends what waits for a retry, of that person and purpose alone, and counts it', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf(() => ({ status: 500 }))];
  await ledger.purpose(tenantId, 'research');
  await rig.addWebhook(tenantId, { url: sink.url, settings: { consent } });
  await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { consent: { ...consent, purpose: 'research' } },
  });
  await rig.addWebhook(tenantId, { url: sink.url });
  const { id } = await ledger.grant(tenantId, 'ann');
  await ledger.grant(tenantId, 'bob');
  for (const person of ['ann', 'bob']) await ledger.grant(tenantId, person, { purpose: 'research' });
  await rig.append(tenantId, [about('ann', 1), about('ann', 2), about('bob')]);
  await expect
    .poll(async () => (await queued()).filter(({ attempt }) => attempt === 2).length, patiently)
    .toBe(9);
  await ledger.withdraw(tenantId, id);
  const [entry] = await query<{ stopped: number }>(
    "select stopped from consent_entries where tenant_id = $1 and kind = 'withdrawn'",
    [tenantId],
  );
  expect(entry?.stopped).toBe(2);
  expect((await queued()).length).toBe(7);
  const skipped = await listed(rig, { status: 'skipped' });
  expect(skipped.map(({ attempts, lastError }) => [attempts, lastError])).toEqual(
    Array.from({ length: 2 }, () => [
      2,
      'The person withdrew their grant of the purpose marketing before it was sent.',
    ]),
  );
});

test('what was queued before the webhook asked for consent is found by a withdrawal as well', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf(() => ({ status: 500 }))];
  const webhook = await rig.addWebhook(tenantId, { url: sink.url });
  const { id } = await ledger.grant(tenantId, 'ann');
  await rig.append(tenantId, [about('ann'), about('bob'), about(undefined)]);
  await expect
    .poll(async () => (await queued()).filter(({ attempt }) => attempt === 2).length, patiently)
    .toBe(3);
  await stage.update(rig, webhook.id, { settings: { consent } });
  await ledger.withdraw(tenantId, id);
  expect((await queued()).length).toBe(2);
});

test('a paused webhook keeps for its resumption only what is still consented to, and its statistics say so', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  const webhook = await rig.addWebhook(tenantId, { url: sink.url, status: 'paused', settings: { consent } });
  const { id } = await ledger.grant(tenantId, 'ann');
  await ledger.grant(tenantId, 'bob');
  await rig.append(tenantId, [about('ann'), about('bob')]);
  expect((await queued()).length).toBe(2);
  await ledger.withdraw(tenantId, id);
  await stage.update(rig, webhook.id, { status: 'active' });
  await idle(rig);
  expect(
    sink.requests.map(({ body }) => (JSON.parse(body) as { data: { person: string } }).data.person),
  ).toEqual(['bob']);
  const asked = { params: { id: webhook.id }, query: { hours: 2 }, body: undefined };
  await expect
    .poll(() => rig.routes.statistics(stage.context(), asked), patiently)
    .toMatchObject({ delivered: 1, skipped: 1, failed: 0 });
});

test('nothing is asked of the ledger after a withdrawal has committed and then sent, however they meet', async () => {
  // Each answer of the gate is noted with the moment at which it was asked, so that one given after the withdrawal's
  // commit and followed by a request would show.
  const sink = await sinkOf();
  const asked: { person: string; at: number; refusal: string | undefined }[] = [];
  const real = gate();
  const rig = await rigOf({
    consentGate: async (tx, question) => {
      const at = performance.now();
      const refusal = await real(tx, question);
      asked.push({ person: question.subjectId, at, refusal });
      return refusal;
    },
  });
  await rig.addWebhook(tenantId, { url: sink.url, settings: { consent } });
  const people = Array.from({ length: 40 }, (_, n) => `person_${n}`);
  const grants = new Map<string, string>();
  for (const person of people) grants.set(person, (await ledger.grant(tenantId, person)).id);
  const withdrawnAt = new Map<string, number>();
  await Promise.all(
    people.map(async (person, n) => {
      const sent = rig.append(tenantId, [about(person, 1), about(person, 2), about(person, 3)]);
      // From at once to when most have gone.
      for (let turn = 0; turn < n; turn++) await new Promise((resolve) => setImmediate(resolve));
      await ledger.withdraw(tenantId, grants.get(person) ?? '');
      withdrawnAt.set(person, performance.now());
      await sent;
    }),
  );
  await idle(rig);
  for (const { person, at, refusal } of asked)
    if (at > withdrawnAt.get(person)!)
      expect([person, refusal]).toEqual([person, expect.stringContaining('withdrawn')]);
  const requests = sink.requests.map(
    ({ body }) => (JSON.parse(body) as { data: { person: string } }).data.person,
  );
  expect(requests.length).toBe(asked.filter(({ refusal }) => refusal === undefined).length);
  const ended = await listed(rig, { limit: 200 });
  expect(ended.length).toBe(120);
  expect(ended.filter(({ status }) => status === 'delivered').length).toBe(requests.length);
  expect(ended.filter(({ status }) => status === 'skipped').length).toBe(120 - requests.length);
});

test('with no answer of the ledger nothing is sent: it waits for one, and no attempt is used', async () => {
  const [rig, sink] = [
    await rigOf({ consentGate: () => Promise.reject(new Error('the ledger is away')) }),
    await sinkOf(),
  ];
  await rig.addWebhook(tenantId, { url: sink.url, settings: { consent } });
  await ledger.grant(tenantId, 'ann');
  await rig.append(tenantId, [about('ann')]);
  const putBack = 'select setbacks > 0 as back from delivery_queue where tenant_id = $1';
  await expect.poll(() => query(putBack, [tenantId]), patiently).toEqual([{ back: true }]);
  expect(await listed(rig)).toMatchObject([{ status: 'pending', attempts: 0 }]);
  expect(sink.requests).toEqual([]);
});

test('a test event goes to a webhook that asks for consent: it is about nobody', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  const { id } = await rig.addWebhook(tenantId, { url: sink.url, settings: { consent } });
  await rig.routes.test(stage.context(), { params: { id }, query: undefined, body: undefined });
  await idle(rig);
  expect(await listed(rig)).toMatchObject([{ eventType: 'webhook.tested', status: 'delivered' }]);
});
