import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { addTenant, anEvent, type Rig } from './testing/rig.ts';
import { createStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

let database: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenantId = await addTenant(database.db);
});
afterEach(() => stage.clear());
afterAll(() => database.drop());

const stage = createStage(() => ({ db: database.db, tenantId }));
const { rigOf, sinkOf, query, queued, listed } = stage;

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
