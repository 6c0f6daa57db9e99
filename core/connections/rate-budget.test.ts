import fc from 'fast-check';
import type { RateBudget } from '@mortise/providers/kit';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { emptyLedger, judgeSlots, leaseMsOf, type Ledger } from './judge-slots.ts';
import { RateBudgets, type AskForSlots } from './rate-budget.ts';
import { VirtualTime } from './testing/virtual-time.ts';

const budgetOf = fc.record({
  requests: fc.integer({ min: 1, max: 30 }),
  perMs: fc.integer({ min: 100, max: 10_000 }),
});
/** When somebody wants to send, as pauses between them: bursts, trickles and long silences. */
const arrivals = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1_000, max: 20_000 })),
  {
    minLength: 1,
    maxLength: 150,
  },
);

/** Ledgers in memory, with a clock of their own. */
function ledgersAt(now: () => number): AskForSlots {
  const ledgers = new Map<string, Ledger>();
  return async (name, ask, budget) => {
    // As JSON, which is how the database keeps it.
    const kept = JSON.stringify(ledgers.get(name) ?? emptyLedger);
    const { ledger, answer } = judgeSlots(JSON.parse(kept) as Ledger, ask, budget, now());
    ledgers.set(name, ledger);
    return answer;
  };
}

/** A process alone, on a database that answers at once. */
function alone(clock: FakeClock): RateBudgets {
  const now = () => clock.now().getTime();
  return new RateBudgets(ledgersAt(now), now);
}

interface Sent {
  at: number;
  waited: number;
}

/** Waits for as long as it is told, until it may. */
async function spendOne(budgets: RateBudgets, clock: FakeClock, budget: RateBudget): Promise<void> {
  for (;;) {
    const waitMs = await budgets.spend('x', budget);
    if (waitMs === 0) return;
    clock.advance(waitMs);
  }
}

/** Sends one after another. @returns when each went out, and how long it waited */
async function send(
  budgets: RateBudgets,
  clock: FakeClock,
  budget: RateBudget,
  pauses: readonly number[],
): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const pause of pauses) {
    clock.advance(pause);
    const from = clock.now().getTime();
    await spendOne(budgets, clock, budget);
    sent.push({ at: clock.now().getTime(), waited: clock.now().getTime() - from });
  }
  return sent;
}

/** Half a microsecond is forgiven to the sums of fractions. */
const slackMs = 0.000_5;

/** The invariant: wherever a span of `perMs` begins, no more than `requests` went out in it. */
function expectWithin(times: readonly number[], { requests, perMs }: RateBudget): void {
  const sorted = times.toSorted((a, b) => a - b);
  for (let last = requests; last < sorted.length; last += 1) {
    const gap = sorted[last]! - sorted[last - requests]!;
    if (gap < perMs - slackMs) expect.fail(`${requests + 1} requests within ${gap} ms of ${perMs}`);
  }
}

describe('a rate budget of a process alone', () => {
  it('lets no more than its requests out in any span of its length, wherever the span begins', async () => {
    await fc.assert(
      fc.asyncProperty(budgetOf, arrivals, async (budget, pauses) => {
        const clock = new FakeClock();
        const sent = await send(alone(clock), clock, budget, pauses);
        expectWithin(
          sent.map((one) => one.at),
          budget,
        );
      }),
    );
  });

  it('starves nobody: no wait is longer than the span, and there is none when there is room, to the millisecond', async () => {
    await fc.assert(
      fc.asyncProperty(budgetOf, arrivals, async (budget, pauses) => {
        const clock = new FakeClock();
        const sent = await send(alone(clock), clock, budget, pauses);
        for (const [index, { at, waited }] of sent.entries()) {
          // Waits are told in whole milliseconds, rounded up.
          expect(waited).toBeLessThanOrEqual(budget.perMs + 1);
          const crowd = sent.slice(0, index).filter((other) => other.at > at - waited - budget.perMs).length;
          if (crowd < budget.requests) expect(waited).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('asks the database a few times a lease, however many requests go out', async () => {
    const clock = new FakeClock();
    let questions = 0;
    const now = () => clock.now().getTime();
    const ledgers = ledgersAt(now);
    const counted: AskForSlots = (...question) => {
      questions += 1;
      return ledgers(...question);
    };
    const budget = { requests: 1_000, perMs: 10_000 };
    await send(new RateBudgets(counted, now), clock, budget, Array<number>(6_000).fill(10));
    // Sixty seconds: two questions a lease of five, and four at first.
    expect(questions).toBeLessThanOrEqual(30);
  });

  it('keeps a pause that the provider asked for, and the longer of two', async () => {
    const clock = new FakeClock();
    const budgets = alone(clock);
    const budget = { requests: 5, perMs: 1_000 };
    await budgets.pause('x', budget, 30_000);
    await budgets.pause('x', budget, 2_000);
    expect(await budgets.spend('x', budget)).toBe(30_000);
    expect(await budgets.spend('y', budget)).toBe(0);
    clock.advance(29_999);
    expect(await budgets.spend('x', budget)).toBe(1);
    clock.advance(1);
    expect(await budgets.spend('x', budget)).toBe(0);
  });
});

/** What one process does: the pauses before its requests, when it dies, what its clock shows at the beginning. */
const processOf = fc.record({
  pauses: fc.array(
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 4_000 })),
    {
      minLength: 1,
      maxLength: 25,
    },
  ),
  workers: fc.integer({ min: 1, max: 3 }),
  startsAt: fc.integer({ min: 0, max: 6_000 }),
  diesAt: fc.option(fc.integer({ min: 0, max: 20_000 })),
  offset: fc.integer({ min: -1_000_000, max: 1_000_000 }),
});
const latency = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 120 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
);
/** How one question after another fares, until the network is well: how long it takes there and back, and whether it or its answer is lost. */
const faresOf = fc.array(
  fc.record({
    there: latency,
    back: latency,
    lost: fc.constantFrom('no', 'no', 'no', 'no', 'no', 'no', 'question', 'answer'),
  }),
  { minLength: 1, maxLength: 150 },
);

describe('a rate budget of several processes', () => {
  const sharedBudget = fc.record({
    requests: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 40 })),
    perMs: fc.integer({ min: 100, max: 8_000 }),
  });

  it('holds over all of them together, whatever their clocks show, whoever dies and whatever is lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        sharedBudget,
        fc.array(processOf, { minLength: 2, maxLength: 4 }),
        faresOf,
        async (budget, processes, fares) => {
          const time = new VirtualTime();
          const ledgers = ledgersAt(() => 1_700_000_000_000 + time.now());
          const sent: number[] = [];
          let asked = 0;
          let working = 0;
          const overNetwork: AskForSlots = async (...question) => {
            const { there, back, lost } = fares[asked++] ?? {
              there: 1,
              back: 1,
              lost: 'no',
            };
            await time.sleep(there);
            if (lost === 'question') throw new Error('The question was lost');
            const answer = await ledgers(...question);
            await time.sleep(back);
            if (lost === 'answer') throw new Error('The answer was lost');
            return answer;
          };
          for (const { pauses, workers, startsAt, diesAt, offset } of processes) {
            const budgets = new RateBudgets(overNetwork, () => time.now() + offset);
            const dead = () => diesAt !== null && time.now() >= diesAt;
            const work = async (): Promise<void> => {
              await time.sleep(startsAt);
              for (const pause of pauses) {
                await time.sleep(pause);
                for (;;) {
                  if (dead()) return;
                  // A call that finds the database away is made again.
                  const waitMs = await budgets.spend('x', budget).catch(() => 50);
                  if (waitMs === 0) break;
                  await time.sleep(waitMs);
                }
                sent.push(time.now());
              }
            };
            for (let n = 0; n < workers; n += 1) {
              working += 1;
              void work().finally(() => (working -= 1));
            }
          }
          const all = processes.reduce((sum, one) => sum + one.pauses.length * one.workers, 0);
          // At half of the budget's pace at the least, once the dead have lapsed and everybody had a turn.
          const patience =
            150_000 + (2 * all * budget.perMs) / budget.requests + 40 * (leaseMsOf(budget) + budget.perMs);
          await time.run(patience);
          expectWithin(sent, budget);
          expect(working).toBe(0);
        },
      ),
      { numRuns: 400 },
    );
  }, 560_000);

  it('is shared out: who comes later gets a part within a lease and a span, and all of it when the first has gone', async () => {
    for (const requests of [1, 2, 10, 101]) {
      const budget = { requests, perMs: 1_000 };
      const time = new VirtualTime();
      const ledgers = ledgersAt(() => time.now());
      const counts = [0, 0];
      const process = async (which: number, from: number, until: number): Promise<void> => {
        const budgets = new RateBudgets(ledgers, () => time.now());
        await time.sleep(from);
        while (time.now() < until) {
          const waitMs = await budgets.spend('x', budget);
          if (waitMs > 0) await time.sleep(waitMs);
          else counts[which] = counts[which]! + 1;
        }
        await budgets.giveBack();
      };
      void process(0, 0, 60_000);
      void process(1, 20_000, 90_000);
      await time.run(19_999);
      expect(counts).toEqual([20 * requests, 0]);
      await time.run(22_500);
      const early = [...counts];
      expect(early[1]).toBeGreaterThan(0);
      await time.run(52_500);
      const [mine, theirs] = [counts[0]! - early[0]!, counts[1]! - early[1]!];
      expect(mine + theirs).toBeGreaterThan(0.9 * 30 * requests);
      expect(Math.min(mine, theirs)).toBeGreaterThan(0.3 * 30 * requests);
      await time.run(62_000);
      const late = counts[1]!;
      await time.run(80_000);
      expect(counts[1]! - late).toBeGreaterThan(0.95 * 18 * requests);
    }
  });

  it('a pause is kept by all of them within half a lease', async () => {
    const budget = { requests: 4, perMs: 1_000 };
    const clock = new FakeClock();
    const now = () => clock.now().getTime();
    const ledgers = ledgersAt(now);
    const [one, other] = [new RateBudgets(ledgers, now), new RateBudgets(ledgers, now)];
    expect(await other.spend('x', budget)).toBe(0);
    await one.pause('x', budget, 20_000);
    clock.advance(leaseMsOf(budget) / 2);
    await other.spend('x', budget);
    await Promise.resolve();
    expect(await other.spend('x', budget)).toBe(20_000 - leaseMsOf(budget) / 2);
    expect(await new RateBudgets(ledgers, now).spend('x', budget)).toBe(20_000 - leaseMsOf(budget) / 2);
  });

  it('a process that dies keeps the others from its slots for its lease and one span, and no longer', async () => {
    const budget = { requests: 3, perMs: 2_000 };
    const clock = new FakeClock();
    const now = () => clock.now().getTime();
    const ledgers = ledgersAt(now);
    const dead = new RateBudgets(ledgers, now);
    for (let n = 0; n < 3; n += 1) expect(await dead.spend('x', budget)).toBe(0);
    const diedAt = now();
    const heir = new RateBudgets(ledgers, now);
    for (let n = 0; n < 3; n += 1) await spendOne(heir, clock, budget);
    expect(now() - diedAt).toBeLessThanOrEqual(leaseMsOf(budget) + budget.perMs + 250);
    expect(now() - diedAt).toBeGreaterThanOrEqual(budget.perMs);
  });
});
