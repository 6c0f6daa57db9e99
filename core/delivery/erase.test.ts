import { expect, test } from 'vitest';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock } from '../kernel/index.ts';
import { eraseOld } from './erase-old.ts';
import { anEvent, type Rig } from './testing/rig.ts';
import { useStage } from './testing/stage.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };
const dayMs = 86_400_000;

let database: TestDatabase;
let tenantId: string;
const stage = useStage((now) => void ({ database, tenantId } = now));
const { rigOf, sinkOf, listed, readOne, query } = stage;
const erase = (now: Date) =>
  eraseOld({ db: database.db, clock: new FakeClock(now) }, new AbortController().signal);

/** What is kept of each attempt of a webhook, oldest delivery first. */
const kept = (rig: Rig, webhookId: string) =>
  listed(rig, { webhookId, limit: 200 }).then((all) =>
    Promise.all(all.toReversed().map(({ id }) => readOne(rig, id))).then((whole) =>
      whole.flatMap(({ log }) => log.map(({ responseBody }) => responseBody)),
    ),
  );

test('what was sent and answered goes after so many days, the outcome stays; other webhooks keep theirs', async () => {
  const [rig, sink] = [
    await rigOf({ limits: { transformMs: 10_000 } }),
    await sinkOf(() => ({ status: 200, body: 'hello' })),
  ];
  const short = await rig.addWebhook(tenantId, {
    url: sink.url,
    settings: { retentionDays: 2, transform: '{"n": data.n}' },
  });
  const long = await rig.addWebhook(tenantId, { url: sink.url });
  await rig.append(
    tenantId,
    Array.from({ length: 60 }, (_, n) => anEvent('deal.won', { n })),
  );
  await rig.delivery.idle();
  const now = Date.now();
  await erase(new Date(now + dayMs));
  expect(new Set(await kept(rig, short.id))).toEqual(new Set(['hello']));
  await erase(new Date(now + 2 * dayMs + 60_000));
  expect(new Set(await kept(rig, short.id))).toEqual(new Set([null]));
  expect(new Set(await kept(rig, long.id))).toEqual(new Set(['hello']));
  const [one] = await listed(rig, { webhookId: short.id });
  expect(await readOne(rig, one!.id)).toMatchObject({
    status: 'delivered',
    body: '',
    log: [
      { outcome: 'delivered', statusCode: 200, requestHeaders: {}, requestBody: '', responseHeaders: null },
    ],
  });
});

test('an attempt that is made late is kept for its own days, and goes after them', async () => {
  const clock = new FakeClock(new Date());
  let up = false;
  const rig = await rigOf({ clock, limits: { pollMs: 20 } });
  const sink = await sinkOf(() => ({ status: up ? 200 : 500, body: 'hello' }));
  const { id } = await rig.addWebhook(tenantId, { url: sink.url, settings: { retentionDays: 1 } });
  await rig.append(tenantId, [anEvent()]);
  await rig.delivery.idle();
  // Still waiting when its first attempt is erased.
  await erase(new Date(clock.now().getTime() + dayMs + 60_000));
  expect(await kept(rig, id)).toEqual([null]);
  clock.advance(dayMs + 60_000);
  up = true;
  rig.delivery.wake();
  await expect.poll(() => kept(rig, id), patiently).toEqual([null, 'hello']);
  await erase(clock.now());
  expect(await kept(rig, id)).toEqual([null, 'hello']);
  await erase(new Date(clock.now().getTime() + 2 * dayMs));
  expect(await kept(rig, id)).toEqual([null, null]);
  // Done with for good, until it is sent again by hand.
  const [delivery] = await listed(rig);
  clock.advance(3 * dayMs);
  await rig.routes.retry(stage.context(), {
    params: { id: delivery!.id },
    query: undefined,
    body: undefined,
  });
  await expect.poll(() => kept(rig, id), patiently).toEqual([null, null, 'hello']);
  await erase(new Date(clock.now().getTime() + 2 * dayMs));
  expect(await kept(rig, id)).toEqual([null, null, null]);
});

test('a webhook whose log is erased up to a point is not walked from the beginning again', async () => {
  const [rig, sink] = [await rigOf(), await sinkOf()];
  await rig.addWebhook(tenantId, { url: sink.url, settings: { retentionDays: 1 } });
  await rig.append(tenantId, [anEvent(), anEvent()]);
  await rig.delivery.idle();
  await erase(new Date(Date.now() + 2 * dayMs));
  const [last] = await query<{ id: string }>(
    'select id from deliveries where tenant_id = $1 order by id desc limit 1',
    [tenantId],
  );
  expect(await query('select erased_to from webhooks where tenant_id = $1', [tenantId])).toEqual([
    { erased_to: last!.id },
  ]);
});
