import { expect, test } from 'vitest';
import { bareId } from '../kernel/index.ts';
import { anEvent } from './testing/rig.ts';
import { useStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

let tenantId: string;
const stage = useStage((now) => void ({ tenantId } = now));

test('a limit that is raised holds for the next delivery, though one was on its way and the old one had an hour to go', async () => {
  let answer: () => void = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const [rig, sink] = [await stage.rigOf(), await stage.sinkOf(() => answered.then(() => ({ status: 200 })))];
  const { id } = await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { rateLimit: { requests: 1, perSeconds: 3_600 } },
  });
  await rig.append(tenantId, [anEvent()]);
  await expect.poll(() => sink.requests.length, patiently).toBe(1);
  await stage.update(rig, id, { settings: { rateLimit: { requests: 100, perSeconds: 1 } } });
  rig.delivery.webhookChanged(bareId('webhook', id));
  answer();
  await rig.delivery.idle();
  // What the first limit gave out is past the span of the second.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await rig.append(tenantId, [anEvent()]);
  await expect.poll(() => sink.requests.length, patiently).toBe(2);
});
