import { expect, test } from 'vitest';
import type { DeliveryLimits } from './limits.ts';
import { anEvent, contextOf, type Rig } from './testing/rig.ts';
import type { Sink } from './testing/sink.ts';
import { useStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

let tenantId: string;
const stage = useStage((now) => void ({ tenantId } = now));
const { rigOf, sinkOf, queued, update, listed } = stage;

/** A sink whose first answer waits for `open`, and two processes that tell each other nothing. */
async function heldInOne(limits: Partial<DeliveryLimits> = {}) {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const old = await sinkOf(async (_request, nth) => {
    if (nth === 1) await gate;
    return { status: 200 };
  });
  const holder = await rigOf({ limits });
  const other = await rigOf({ sends: false });
  const { id } = await holder.addWebhook(tenantId, { url: old.url, settings: { concurrency: 1 } });
  await holder.append(
    tenantId,
    [1, 2, 3].map((n) => anEvent('contact.updated', { n })),
  );
  await old.arrived(1);
  expect(await queued()).toEqual([]);
  return { holder, other, old, id, open: () => open() };
}

const numbers = (sink: Sink) =>
  sink.requests
    .map(({ body }) => (JSON.parse(body) as { data: { n: number } }).data.n)
    .toSorted((a, b) => a - b);

const inQueue = async (count: number) =>
  await expect.poll(async () => (await queued()).length, patiently).toBe(count);

const delivered = async (rig: Rig) => (await listed(rig, { status: 'delivered' })).length;

test('with its hint lost, a new address still reach what another process holds in memory', async () => {
  const { holder, other, old, id, open } = await heldInOne();
  const fresh = await sinkOf();
  await update(other, id, { url: fresh.url });
  await inQueue(2);
  open();
  await expect.poll(() => delivered(holder), patiently).toBe(3);
  expect([numbers(old), numbers(fresh)]).toEqual([[1], [2, 3]]);
});

test('with its hint lost, a rotation of the secret reaches what another process holds in memory', async () => {
  const { holder, other, old, id, open } = await heldInOne();
  await other.routes.rotateSecret(contextOf(tenantId), { params: { id }, query: undefined, body: undefined });
  await inQueue(2);
  open();
  await expect.poll(() => delivered(holder), patiently).toBe(3);
  const signatures = old.requests.map(
    ({ headers }) => String(headers['webhook-signature']).split(' ').length,
  );
  expect(signatures).toEqual([1, 2, 2]);
});

test('with its hint lost, nothing more is sent to a webhook that is paused', async () => {
  const { holder, other, old, id, open } = await heldInOne();
  await update(other, id, { status: 'paused' });
  await inQueue(2);
  open();
  await holder.delivery.idle();
  await expect.poll(async () => (await queued()).map((row) => row.lane), patiently).toEqual(['held', 'held']);
  expect(numbers(old)).toEqual([1]);
});

test('with its hint lost, nothing more is sent to a webhook that is deleted', async () => {
  const { holder, other, old, id, open } = await heldInOne();
  await other.routes.remove(contextOf(tenantId), { params: { id }, query: undefined, body: undefined });
  const ended = async () => (await listed(holder, { status: 'skipped' })).map(({ lastError }) => lastError);
  const why = 'The webhook was deleted.';
  await expect.poll(ended, patiently).toEqual([why, why]);
  open();
  await holder.delivery.idle();
  expect(numbers(old)).toEqual([1]);
});

test('once hints may have been missed, what is held is compared at once', async () => {
  const { holder, other, id, open } = await heldInOne({ compareMs: 3_600_000 });
  await update(other, id, { status: 'paused' });
  holder.delivery.hintsMissed();
  await inQueue(2);
  open();
  await holder.delivery.idle();
  expect(await delivered(holder)).toBe(1);
});
