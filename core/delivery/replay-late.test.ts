import { openDatabase, type Database } from '@mortise/platform/database';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createEvents } from '../events/index.ts';
import { bareId, systemClock, type Clock } from '../kernel/index.ts';
import { runReplay } from './run-replay.ts';
import { addTenant, anEvent, bodyOf, contextOf, someTrace, type Rig } from './testing/rig.ts';
import { createStage } from './testing/stage.ts';

const patiently = { timeout: 20_000 };

let database: TestDatabase;
let other: Database;
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  other = openDatabase({ url: database.url, max: 4 });
});
beforeEach(async () => {
  tenantId = await addTenant(database.db);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await other.close();
  await database.drop();
});

const stage = createStage(() => ({ db: database.db, tenantId }));
const { rigOf, queued, query } = stage;

async function create(rig: Rig, webhookId: string): Promise<string> {
  const body = { what: 'missing' as const, perSecond: 10_000, webhookId };
  const input = { params: undefined, query: undefined, body };
  const made = await database.db.tenant(tenantId, (tx) =>
    rig.routes.replays.create(contextOf(tenantId), input, tx),
  );
  return bodyOf(made).id;
}

/** One run of the job. @returns when it wants to go on; undefined once it is over */
const runOnce = (id: string, clock: Clock = systemClock) =>
  runReplay(
    { db: database.db, clock, hints: { publish: () => {} }, wake: () => {}, settleMs: 0 },
    { tenantId, replayId: bareId('replay', id) },
    new AbortController().signal,
  );

/** Whether some runs at a later time than any settling takes end it. */
async function endsWithin(id: string, ms: number, runs = 3): Promise<boolean> {
  const clock = { now: () => new Date(Date.now() + ms) };
  for (let run = 0; run < runs; run += 1) if ((await runOnce(id, clock)) === undefined) return true;
  return false;
}

const ended = async (id: string) => (await runOnce(id)) === undefined;

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

test('an event is not skipped however long after its numbering it is committed, nor how little its transaction has done', async () => {
  const rig = await rigOf({ sends: false });
  const [written, looked, commit] = [gate(), gate(), gate()];
  // One that has written its event, and one that has only asked which webhooks there are.
  const afterWriting = other.tenant(tenantId, async (tx) => {
    await rig.events.append(tx, { tenantId, traceId: someTrace }, [anEvent('deal.created', { n: 1 })]);
    await tx.query('select 1');
    written.open();
    await commit.opened;
  });
  const wait = async () => {
    looked.open();
    await commit.opened;
    return new Map<string, number>();
  };
  const slow = createEvents({ subscribers: [rig.delivery.matchDeliveries, wait] });
  const beforeWriting = other.tenant(tenantId, async (tx) => {
    await slow.append(tx, { tenantId, traceId: someTrace }, [anEvent('deal.created', { n: 2 })]);
  });
  await Promise.all([written.opened, looked.opened]);
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/' });
  const replay = await create(rig, id);
  expect(await endsWithin(replay, 3_600_000)).toBe(false);
  commit.open();
  await Promise.all([afterWriting, beforeWriting]);
  // Numbered before the replay, seen by those who come after it: theirs are made without it.
  await rig.append(tenantId, [anEvent('deal.created', { n: 3 })]);
  await expect.poll(() => ended(replay), patiently).toBe(true);
  expect((await queued()).map((row) => row.lane).toSorted()).toEqual(['first', 'retry', 'retry']);
  const once = 'select 1 from deliveries where tenant_id = $1 group by event_id having count(*) = 1';
  expect(await query(once, [tenantId])).toHaveLength(3);
});

test('one that only reads holds a replay up for a minute at the most', async () => {
  const rig = await rigOf({ sends: false });
  const { id } = await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/', events: ['other.*'] });
  await rig.append(tenantId, [anEvent('deal.created', { n: 1 })]);
  const replay = await create(rig, id);
  const [reads, commit] = [gate(), gate()];
  const dump = other.tenant(tenantId, async (tx) => {
    await tx.query('select count(*) from webhooks');
    reads.open();
    await commit.opened;
  });
  await reads.opened;
  expect(await endsWithin(replay, 0)).toBe(false);
  expect(await endsWithin(replay, 50_000)).toBe(false);
  expect(await endsWithin(replay, 61_000)).toBe(true);
  commit.open();
  await dump;
});
