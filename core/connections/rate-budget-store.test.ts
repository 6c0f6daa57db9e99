import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId } from '../kernel/index.ts';
import { RateBudgets } from './rate-budget.ts';
import { slotsIn } from './rate-budget-store.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const here = () => new RateBudgets(slotsIn(test.db), () => performance.now());

/** Spends as fast as it may. @returns how many times it had to wait */
async function spend(
  budgets: RateBudgets,
  name: string,
  rate: { requests: number; perMs: number },
  count: number,
) {
  let waits = 0;
  for (let n = 0; n < count; n += 1) {
    for (let waitMs = await budgets.spend(name, rate); waitMs > 0; waitMs = await budgets.spend(name, rate)) {
      waits += 1;
      await sleep(waitMs);
    }
  }
  return waits;
}

describe('in the database', () => {
  it('a process alone gets the whole budget at once, and asks it again only when it is to be renewed', async () => {
    const name = newId();
    const rate = { requests: 500, perMs: 60_000 };
    expect(await spend(here(), name, rate, 500)).toBe(0);
    const [row] = await test.db.engine((tx) =>
      tx.query<{ ledger: { holders: Record<string, { slots: number }> }; stale: boolean }>(
        'select ledger, stale_at < now() as stale from rate_budgets where name = $1',
        [name],
      ),
    );
    expect(Object.values(row!.ledger.holders).map((one) => one.slots)).toEqual([500]);
    expect(row!.stale).toBe(false);
  });

  it('one that ends gives back what it has not used, and it can be used at once', async () => {
    const name = newId();
    const rate = { requests: 10, perMs: 60_000 };
    const first = here();
    expect(await spend(first, name, rate, 4)).toBe(0);
    await first.giveBack();
    const second = here();
    expect(await spend(second, name, rate, 6)).toBe(0);
    expect(await second.spend(name, rate)).toBeGreaterThan(0);
  });

  it('requests know nothing of it: it is the engine’s alone', async () => {
    await expect(test.db.pool.query('select from rate_budgets')).rejects.toThrow(/permission denied/);
  });
});

describe('over processes', () => {
  const script = fileURLToPath(new URL('./testing/spending-process.ts', import.meta.url));
  const children = new Set<ChildProcessByStdio<Writable, Readable, null>>();
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });

  async function spawnOne(name: string, rate: { requests: number; perMs: number }, count: number) {
    const values = [test.url, name, rate.requests, rate.perMs, count].map(String);
    const child = spawn(process.execPath, [script, ...values], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.add(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('ready');
    return {
      child,
      async go(): Promise<number[]> {
        child.stdin.write('go\n');
        return JSON.parse((await lines.next()).value as string) as number[];
      },
    };
  }

  it.each([
    { requests: 20, perMs: 1_000, each: 30 },
    { requests: 2, perMs: 500, each: 4 },
  ])(
    'three that spend as fast as they may spend $requests in $perMs ms together',
    async ({ each, ...rate }) => {
      const name = newId();
      const three = await Promise.all([1, 2, 3].map(() => spawnOne(name, rate, each)));
      const times = (await Promise.all(three.map((one) => one.go()))).flat().toSorted((a, b) => a - b);
      expect(times).toHaveLength(3 * each);
      for (let last = rate.requests; last < times.length; last += 1) {
        expect(times[last]! - times[last - rate.requests]!).toBeGreaterThanOrEqual(rate.perMs - 1);
      }
    },
    60_000,
  );

  it('one that is killed leaves its slots to lapse, and another goes on with all of them', async () => {
    const name = newId();
    const rate = { requests: 4, perMs: 1_000 };
    const doomed = await spawnOne(name, rate, 1_000);
    void doomed.go().catch(() => undefined);
    const heir = here();
    // A part of it at once, all of it when the other has died.
    await spend(heir, name, rate, 4);
    doomed.child.kill('SIGKILL');
    await spend(heir, name, rate, 16);
    const [row] = await test.db.engine((tx) =>
      tx.query<{ ledger: { holders: Record<string, { slots: number }> } }>(
        'select ledger from rate_budgets where name = $1',
        [name],
      ),
    );
    expect(Object.keys(row!.ledger.holders)).toHaveLength(1);
  }, 60_000);
});
