import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { publicId } from '../kernel/index.ts';
import { createRig } from './testing/rig.ts';

let database: TestDatabase;
const children: ChildProcess[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.drop();
});

const query = <T extends object>(sql: string) =>
  database.db.engine((tx) => tx.query<T & Record<string, unknown>>(sql));

/** Runs a process until it has acknowledged so many requests, and kills it. @returns key and receipts of each */
async function runAndKill(name: string, tokens: string[], wanted: number, mode: 'works' | 'idle') {
  const driver = new URL('./testing/driver.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [driver, database.url, JSON.stringify(tokens), name, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const acknowledged: string[][] = [];
  await new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      acknowledged.push(line.split(' '));
      if (acknowledged.length >= wanted) resolve();
    });
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  return acknowledged;
}

test('killed between commit and processing, and in the middle of both: what was acknowledged becomes exactly one event', async () => {
  const setup = createRig({ db: database.db, works: false });
  const tokens: string[] = [];
  for (let tenant = 0; tenant < 2; tenant++) {
    const tenantId = await setup.addTenant();
    tokens.push((await setup.addSource(tenantId)).token);
  }
  const acknowledged = await runAndKill('idle', tokens, 60, 'idle');
  // Nobody has processed anything yet: all of it lies committed and waits.
  expect(await query('select from events')).toEqual([]);
  for (const name of ['a', 'b', 'c'])
    acknowledged.push(...(await runAndKill(name, tokens, 60 + Math.floor(Math.random() * 120), 'works')));

  const survivor = createRig({ db: database.db });
  survivor.ingest.start();
  await expect
    .poll(async () => (await query('select from ingest_queue limit 1')).length, { timeout: 60_000 })
    .toBe(0);
  await survivor.ingest.stop();

  const receipts = await query<{ id: string; verdict: string; body: Buffer }>(
    'select id, verdict, body from receipts',
  );
  const known = new Map(receipts.map((row) => [publicId('receipt', row.id), row]));
  const lost = acknowledged.flatMap(([, ...ids]) => ids).filter((id) => !known.has(id));
  expect(lost).toEqual([]);
  const events = await query<{ data: { body: { key: string }; receiptId: string } }>(
    'select data from events',
  );
  const perKey = new Map<string, number>();
  for (const { data } of events) perKey.set(data.body.key, (perKey.get(data.body.key) ?? 0) + 1);
  expect([...perKey.values()].filter((times) => times !== 1)).toEqual([]);
  const keys = new Set(receipts.map((row) => (JSON.parse(row.body.toString()) as { key: string }).key));
  expect(perKey.size).toBe(keys.size);
  expect(acknowledged.filter(([key]) => !perKey.has(key ?? ''))).toEqual([]);
  // Each was posted twice: whatever was committed of the second is a duplicate of the first.
  const accepted = receipts.filter((row) => row.verdict === 'accepted');
  expect(accepted).toHaveLength(keys.size);
  const outcomes = await query<{ receipt_id: string }>('select receipt_id from receipt_outcomes');
  expect(outcomes).toHaveLength(keys.size);
}, 120_000);
