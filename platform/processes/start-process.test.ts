import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLogger } from '@mortise/platform/telemetry';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { startProcess, type RunningProcess } from './index.ts';

/** A condition is awaited; how long that takes is the machine's business. */
const patiently = { timeout: 20_000 };

let database: TestDatabase;
const running: RunningProcess[] = [];
const logger = createLogger({ level: 'silent' });

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
afterAll(() => database.drop());

async function start(options: { goneAfterMs?: number } = {}): Promise<RunningProcess> {
  // The timer's own heartbeat is out of the way: every beat and sweep below is called by hand.
  const own = await startProcess({ db: database.db, role: 'test', logger, heartbeatMs: 600_000, ...options });
  running.push(own);
  return own;
}

const rows = () =>
  database.db.engine((tx) =>
    tx.query<{ id: string; low_water: string; role: string }>('select id, low_water, role from processes'),
  );

const silence = (id: string, host: string | null = 'elsewhere') =>
  database.db.engine((tx) =>
    tx.query(
      `update processes set heartbeat_at = now() - interval '1 hour', host = coalesce($2, host) where id = $1`,
      [id, host],
    ),
  );

test('a process killed on this machine is taken over at once, with the low-water mark it wrote', async () => {
  const child = spawn(
    process.execPath,
    [new URL('./testing/hold-row.ts', import.meta.url).pathname, database.url],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const childId = line.toString().trim();
  const survivor = await start();
  const gone: string[] = [];
  survivor.onGone(async (_tx, id, lowWater) => void gone.push(`${id} ${lowWater}`));
  expect(await survivor.sweep()).toBe(0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await survivor.sweep()).toBe(1);
  expect(gone).toEqual([`${childId} ${childId}`]);
  expect((await rows()).map((row) => row.id)).toEqual([survivor.id]);
});

test('a peer on another machine is gone by the age of its heartbeat alone, and not a moment sooner', async () => {
  const [survivor, peer] = [await start(), await start()];
  const gone: string[] = [];
  survivor.onGone(async (_tx, id) => void gone.push(id));
  await database.db.engine((tx) =>
    tx.query(`update processes set host = 'elsewhere', pid = 1 where id = $1`, [peer.id]),
  );
  expect(await survivor.sweep()).toBe(0);
  const peerId = peer.id;
  await silence(peerId);
  expect(await survivor.sweep()).toBe(1);
  expect(gone).toEqual([peerId]);
});

test('a pid that another program has by now does not keep a dead process alive', async () => {
  const [survivor, peer] = [await start(), await start()];
  // The pid lives (it is ours) on this very host, but began at another time.
  await database.db.engine((tx) =>
    tx.query(`update processes set identity = 'boot/1' where id = $1`, [peer.id]),
  );
  expect(await survivor.sweep()).toBe(1);
});

test('a row stays until every handler has succeeded, and the next sweep runs them again', async () => {
  const [survivor, peer] = [await start(), await start()];
  const peerId = peer.id;
  await silence(peerId);
  let fails = true;
  const seen: string[] = [];
  survivor.onGone(async (tx) => {
    seen.push('first');
    await tx.query(`update processes set role = 'touched' where id = $1`, [survivor.id]);
  });
  survivor.onGone(async () => {
    if (fails) throw new Error('not yet');
    seen.push('second');
  });
  expect(await survivor.sweep()).toBe(0);
  expect((await rows()).map((row) => row.id)).toContain(peerId);
  expect((await rows()).filter((row) => row.role === 'touched')).toEqual([]);
  fails = false;
  expect(await survivor.sweep()).toBe(1);
  expect(seen).toEqual(['first', 'first', 'second']);
  expect((await rows()).map((row) => row.id)).not.toContain(peerId);
});

test('of several survivors one takes over', async () => {
  const [one, two, peer] = [await start(), await start(), await start()];
  await silence(peer.id);
  let times = 0;
  for (const survivor of [one, two])
    survivor.onGone(async (_tx, id) => void (id === peer.id && (times += 1)));
  const finished = await Promise.all([one.sweep(), two.sweep()]);
  expect(finished[0] + finished[1]).toBe(1);
  expect(times).toBe(1);
});

test('nobody takes over while a transaction in the name of the process is open', async () => {
  const [survivor, peer] = [await start(), await start()];
  await silence(peer.id);
  const client = await database.db.pool.connect();
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock_shared(process_lock($1))', [peer.id]);
  expect(await survivor.sweep()).toBe(0);
  await client.query('rollback');
  client.release();
  expect(await survivor.sweep()).toBe(1);
});

test('a process that was taken for gone learns it at its next heartbeat and goes on under a new id', async () => {
  const [survivor, sleeper] = [await start(), await start()];
  const lost: string[] = [];
  sleeper.onLost((id) => void lost.push(id));
  const before = sleeper.id;
  await silence(before);
  await survivor.sweep();
  await sleeper.beat();
  expect(lost).toEqual([before]);
  expect(sleeper.id).not.toBe(before);
  expect((await rows()).map((row) => row.id).toSorted()).toEqual([survivor.id, sleeper.id].toSorted());
});

test('a heartbeat writes the low-water mark, and silence makes the process itself stop trusting its row', async () => {
  const own = await start({ goneAfterMs: 1 });
  own.setLowWater('019a0000-0000-7000-8000-000000000000');
  await own.beat();
  expect((await rows()).find((row) => row.id === own.id)?.low_water).toBe(
    '019a0000-0000-7000-8000-000000000000',
  );
  await expect.poll(() => own.isCurrent(), patiently).toBe(false);
});

test('at its end a process hands over what is left to its own handlers and removes its row', async () => {
  const own = await start();
  running.pop();
  const handed: string[] = [];
  own.onGone(async (_tx, id, lowWater) => void handed.push(`${id} ${lowWater}`));
  await own.stop();
  expect(handed).toEqual([`${own.id} ${own.id}`]);
  expect((await rows()).map((row) => row.id)).not.toContain(own.id);
});

/** Both tell of themselves. @returns who shares the work, as the second knows it */
async function roundOf(one: RunningProcess, two: RunningProcess): Promise<readonly string[]> {
  await one.beat();
  await two.beat();
  return two.sharers('sending');
}

test('who joins a kind of work counts itself in only when all others know of it, and who leaves is left out', async () => {
  const [one, two, idle] = [await start(), await start(), await start()];
  await one.join('sending');
  expect(one.sharers('sending')).toEqual([one.id]);
  await two.join('sending');
  // The first has not looked since, and would still take all for itself.
  expect(two.sharers('sending')).toEqual([]);
  expect(one.sharers('sending')).toEqual([one.id]);
  await one.beat();
  const both = [one.id, two.id].toSorted();
  expect(one.sharers('sending')).toEqual(both);
  expect(two.sharers('sending')).toEqual([]);
  // Heartbeats in one millisecond cannot be told apart: the next round can.
  await expect.poll(() => roundOf(one, two)).toEqual(both);
  expect([idle.sharers('sending'), one.sharers('other')]).toEqual([[], []]);
  await running.splice(running.indexOf(one), 1)[0]!.stop();
  await two.beat();
  expect(two.sharers('sending')).toEqual([two.id]);
});

test('a process that was taken for gone has no share of anything until the others know of it anew', async () => {
  const [one, two] = [await start(), await start()];
  await one.join('sending');
  await two.join('sending');
  await one.beat();
  await two.beat();
  await silence(two.id);
  await one.sweep();
  await one.beat();
  expect(one.sharers('sending')).toEqual([one.id]);
  await two.beat();
  expect(two.sharers('sending')).toEqual([]);
  await expect.poll(() => roundOf(one, two)).toEqual([one.id, two.id].toSorted());
});
