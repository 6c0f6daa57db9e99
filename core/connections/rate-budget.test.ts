import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { RateBudgets } from './rate-budget.ts';

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

/** Sends as the caller does: waits for as long as it is told, until it may. @returns when each went out, and how long it waited */
function send(
  budgets: RateBudgets,
  clock: FakeClock,
  budget: { requests: number; perMs: number },
  pauses: readonly number[],
) {
  return pauses.map((pause) => {
    clock.advance(pause);
    const from = clock.now().getTime();
    let asked = 0;
    for (let waitMs = budgets.spend('x', budget); waitMs > 0; waitMs = budgets.spend('x', budget)) {
      asked += 1;
      clock.advance(waitMs);
    }
    return { at: clock.now().getTime(), waited: clock.now().getTime() - from, asked };
  });
}

describe('a rate budget', () => {
  it('lets no more than its requests out in any span of its length, wherever the span begins', () => {
    fc.assert(
      fc.property(budgetOf, arrivals, (budget, pauses) => {
        const clock = new FakeClock();
        const sent = send(new RateBudgets(clock), clock, budget, pauses).map((one) => one.at);
        for (const [index, first] of sent.entries()) {
          const within = sent.slice(index).filter((at) => at < first + budget.perMs).length;
          expect(within).toBeLessThanOrEqual(budget.requests);
        }
      }),
    );
  });

  it('starves nobody: one wait is enough, never longer than the span, and none when there is room', () => {
    fc.assert(
      fc.property(budgetOf, arrivals, (budget, pauses) => {
        const clock = new FakeClock();
        const sent = send(new RateBudgets(clock), clock, budget, pauses);
        for (const [index, { at, waited, asked }] of sent.entries()) {
          expect(asked).toBeLessThanOrEqual(1);
          expect(waited).toBeLessThanOrEqual(budget.perMs);
          const crowd = sent.slice(0, index).filter((other) => other.at > at - waited - budget.perMs).length;
          if (crowd < budget.requests) expect(waited).toBe(0);
        }
      }),
    );
  });

  it('keeps a pause that the provider asked for, and the longer of two', () => {
    const clock = new FakeClock();
    const budgets = new RateBudgets(clock);
    const budget = { requests: 5, perMs: 1_000 };
    budgets.pause('x', budget, 30_000);
    budgets.pause('x', budget, 2_000);
    expect(budgets.spend('x', budget)).toBe(30_000);
    expect(budgets.spend('y', budget)).toBe(0);
    clock.advance(29_999);
    expect(budgets.spend('x', budget)).toBe(1);
    clock.advance(1);
    expect(budgets.spend('x', budget)).toBe(0);
  });

  it('does not stand still for an hour when the clock is set back by one', () => {
    const clock = new FakeClock();
    const budgets = new RateBudgets(clock);
    const budget = { requests: 1, perMs: 1_000 };
    expect(budgets.spend('x', budget)).toBe(0);
    clock.advance(-3_600_000);
    expect(budgets.spend('x', budget)).toBe(1_000);
    clock.advance(1_000);
    expect(budgets.spend('x', budget)).toBe(0);
    budgets.pause('x', budget, 5_000);
    clock.advance(-3_600_000);
    expect(budgets.spend('x', budget)).toBe(5_000);
  });
});
