import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { systemClock } from '../kernel/index.ts';
import { plantConnection } from './testing/connected.ts';
import { isRunning, startRefreshing, type RefreshingProcess } from './testing/processes.ts';
import { addTenant, createRig, type Rig } from './testing/rig.ts';
import { couriersOf, holdAt, type Step } from './testing/steps.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

/**
 * Whichever process dies, and wherever: real processes that compose the room, killed with -9 at each step of a renewal,
 * against an identity provider over HTTP that rotates refresh tokens and ends the whole family when one comes again.
 */

const rounds = 3;
const leaseMs = 3_000;
const fine = 'ok 200 200 200';
const steps: readonly Step[] = ['before the lease', 'leased', 'rotated', 'answered', 'stored'];
const figures = { rounds: 0, kills: 0, refreshes: 0, reuses: 0, lost: 0 };

let test: TestDatabase;
let strict: StrictIdentityProvider;
let rig: Rig;
let tenantId: string;
const processes = new Set<RefreshingProcess>();

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  strict = await startStrictIdentityProvider();
  rig = createRig({
    db: test.db,
    registry: strictRegistry(strict.provider),
    allow: ['127.0.0.1:*'],
    leaseMs,
  });
  tenantId = await addTenant(test.db);
});
afterEach(async () => {
  for (const one of processes) await one.kill();
  processes.clear();
  // A courier has nobody left, and nothing under way: it ends.
  for (const pid of couriersOf(strict)) await gone(pid);
  rig.stop();
  await strict.close();
});

async function start(way: 'courier' | 'here' = 'courier'): Promise<RefreshingProcess> {
  const one = await startRefreshing(
    { databaseUrl: test.url, providerUrl: strict.url, tenantId, leaseMs },
    way,
  );
  processes.add(one);
  return one;
}

/** A connected account whose token has lapsed. */
async function lapsed(): Promise<string> {
  const tokens = { ...strict.grant(), expiresAt: new Date() };
  return (await plantConnection(rig, tenantId, { provider: 'strict', tokens }, systemClock.now()))
    .connectionId;
}
const lapse = (id: string) =>
  test.db.engine((tx) =>
    tx.query("update credentials set expires_at = now() - interval '1 minute' where connection_id = $1", [
      id,
    ]),
  );
const connectionOf = (id: string) =>
  test.db
    .engine((tx) => tx.query('select status, reason from connections where id = $1', [id]))
    .then(([row]) => row);

const gone = (pid: number) =>
  vi.waitFor(async () => {
    if (await isRunning(pid)) throw new Error(`The courier ${pid} still runs`);
  }, 10_000);

async function killCourier(): Promise<void> {
  const pid = couriersOf(strict).at(-1)!;
  process.kill(pid, 'SIGKILL');
  await gone(pid);
}

describe('kill -9 of the process that refreshes', () => {
  it(`at every step, ${rounds} rounds, four processes: one refresh each, no reuse, every survivor has a valid token`, async () => {
    const id = await lapsed();
    let live = await Promise.all(Array.from({ length: 4 }, () => start()));
    for (let round = 1; round <= rounds; round += 1) {
      for (const step of steps) {
        const before = strict.refreshes;
        const { reached, release } = holdAt(strict, step);
        const [victim, ...others] = live as [RefreshingProcess, ...RefreshingProcess[]];
        void victim.call(id);
        await reached;
        const answers = others.map((one) => one.call(id));
        await victim.kill();
        release();
        const next = start();
        expect([step, ...(await Promise.all(answers))]).toEqual([step, fine, fine, fine]);
        expect([step, strict.refreshes - before, strict.reuses]).toEqual([step, 1, 0]);
        const status = (await connectionOf(id))?.['status'];
        figures.kills += 1;
        figures.lost += status === 'connected' ? 0 : 1;
        expect([step, status]).toEqual([step, 'connected']);
        live = [...others, await next];
        await lapse(id);
      }
      figures.rounds += 1;
    }
    figures.refreshes = strict.refreshes;
    figures.reuses = strict.reuses;
    process.stdout.write(
      `Renewals under kill -9 of the server process: ${Object.entries(figures)
        .map(([what, count]) => `${count} ${what}`)
        .join(', ')}\n`,
    );
    expect(figures).toEqual({
      rounds,
      kills: rounds * steps.length,
      refreshes: rounds * steps.length,
      reuses: 0,
      lost: 0,
    });
  }, 300_000);

  it('when nobody else is there to call: its courier still stores what the provider gave, and ends', async () => {
    const id = await lapsed();
    const only = await start();
    const { reached, release } = holdAt(strict, 'rotated');
    void only.call(id);
    await reached;
    await only.kill();
    const [pid] = couriersOf(strict);
    expect(await isRunning(pid!)).toBe(true);
    release();
    await gone(pid!);
    expect(await (await start()).call(id)).toBe(fine);
    expect([strict.refreshes, strict.reuses]).toEqual([1, 0]);
  });

  it('without a courier loses what the provider gave last, and the reason says so', async () => {
    const id = await lapsed();
    const [victim, other] = await Promise.all([start('here'), start('here')]);
    const { reached, release } = holdAt(strict, 'rotated');
    void victim.call(id);
    await reached;
    await victim.kill();
    release();
    expect(await other.call(id)).toContain('interrupted');
    expect(strict.reuses).toBe(1);
    expect(await connectionOf(id)).toMatchObject({ status: 'needs_reconnect' });
  });
});

describe('kill -9 of the courier', () => {
  let server: RefreshingProcess;
  beforeEach(async () => {
    server = await start();
  });

  /** One call during which the courier is killed at a step. */
  async function callKilledAt(step: Step, id: string): Promise<string> {
    const { reached, release } = holdAt(strict, step);
    const call = server.call(id);
    await reached;
    await killCourier();
    release();
    return call;
  }

  it('while it is idle: another is started, and nothing is lost', async () => {
    const id = await lapsed();
    for (let n = 1; n <= rounds; n += 1) {
      expect(await server.call(id)).toBe(fine);
      expect([strict.refreshes, strict.reuses, couriersOf(strict).length]).toEqual([n, 0, n]);
      await killCourier();
      await lapse(id);
    }
  });

  it('before the provider was asked: another asks, under the same lease, and nothing is lost', async () => {
    for (let n = 1; n <= rounds; n += 1) {
      const id = await lapsed();
      expect(await callKilledAt('leased', id)).toBe(fine);
      expect([strict.refreshes, strict.reuses]).toEqual([n, 0]);
    }
  });

  it('after the store and before the reply: what was stored is found, and the provider is not asked again', async () => {
    for (let n = 1; n <= rounds; n += 1) {
      const id = await lapsed();
      expect(await callKilledAt('stored', id)).toBe(fine);
      expect([strict.refreshes, strict.reuses]).toEqual([n, 0]);
    }
  });

  it.each(['rotated', 'answered'] as const)(
    'in between (%s), a provider that tolerates the old token once more: nothing is lost',
    async (step) => {
      strict.tolerant = true;
      for (let n = 1; n <= rounds; n += 1) {
        const id = await lapsed();
        expect(await callKilledAt(step, id)).toBe(fine);
        expect([strict.refreshes, strict.reuses]).toEqual([2 * n, n]);
        expect(await connectionOf(id)).toEqual({ status: 'connected', reason: null });
      }
    },
  );

  it.each(['rotated', 'answered'] as const)(
    'in between (%s), a provider that punishes reuse: the account has to be connected anew, and the reason says why',
    async (step) => {
      const id = await lapsed();
      expect(await callKilledAt(step, id)).toContain('An earlier renewal was interrupted');
      expect([strict.refreshes, strict.reuses]).toEqual([1, 1]);
      expect(await connectionOf(id)).toEqual({
        status: 'needs_reconnect',
        reason: expect.stringContaining('An earlier renewal was interrupted'),
      });
    },
  );

  it('and of its process, both at once: after the lease another process tries the old token once', async () => {
    for (const tolerant of [true, false]) {
      strict.tolerant = tolerant;
      const id = await lapsed();
      const [victim, other] = [await start(), server];
      const { reached, release } = holdAt(strict, 'rotated');
      void victim.call(id);
      await reached;
      await Promise.all([victim.kill(), killCourier()]);
      release();
      const answer = await other.call(id);
      expect(answer).toContain(tolerant ? fine : 'An earlier renewal was interrupted');
    }
    expect(strict.reuses).toBe(2);
  });
});
