import type { RateBudget } from '@mortise/providers/kit';
import type { Clock } from '../kernel/index.ts';

/** One budget's state: two cells of a sliding window, and a pause that the provider asked for. */
export interface BudgetState {
  windowStart: number;
  current: number;
  previous: number;
  pausedUntil: number;
}

export const emptyBudget: BudgetState = { windowStart: 0, current: 0, previous: 0, pausedUntil: 0 };

/**
 * How long to wait before one more request fits the budget, counting what was sent in the window before in
 * proportion to how much of it is still within reach: in no window of `perMs` do more than a few per cent over the
 * limit go out, where a counter that is reset would let through twice as many. Pure.
 *
 * @returns milliseconds, 0 when it fits now; and the state, rolled on to `now`
 */
export function waitFor(state: BudgetState, budget: RateBudget, now: number): { waitMs: number; state: BudgetState } {
  const windowStart = now - (now % budget.perMs);
  const rolled: BudgetState =
    windowStart === state.windowStart
      ? state
      : {
          windowStart,
          current: 0,
          previous: windowStart - state.windowStart === budget.perMs ? state.current : 0,
          pausedUntil: state.pausedUntil,
        };
  if (rolled.pausedUntil > now) return { waitMs: rolled.pausedUntil - now, state: rolled };
  const elapsed = now - windowStart;
  const weighted = rolled.current + rolled.previous * (1 - elapsed / budget.perMs);
  if (weighted + 1 <= budget.requests) return { waitMs: 0, state: rolled };
  if (rolled.current + 1 > budget.requests || rolled.previous === 0) {
    return { waitMs: budget.perMs - elapsed, state: rolled };
  }
  // The previous cell's share falls in a straight line; this is when it has fallen far enough.
  const needed = budget.perMs * (1 - (budget.requests - rolled.current - 1) / rolled.previous);
  return { waitMs: Math.max(1, Math.ceil(needed - elapsed)), state: rolled };
}

/** The budgets of everything this process talks to, by name. */
export class RateBudgets {
  readonly #states = new Map<string, BudgetState>();
  readonly #clock: Clock;
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Spends one request if it fits. @returns how long to wait otherwise, in milliseconds; 0 when it was spent */
  spend(name: string, budget: RateBudget): number {
    const { waitMs, state } = waitFor(this.#states.get(name) ?? emptyBudget, budget, this.#clock.now().getTime());
    this.#states.set(name, waitMs === 0 ? { ...state, current: state.current + 1 } : state);
    return waitMs;
  }

  /** Lets nothing out for a while: the provider has said so. */
  pause(name: string, ms: number): void {
    const state = this.#states.get(name) ?? emptyBudget;
    const until = this.#clock.now().getTime() + ms;
    this.#states.set(name, { ...state, pausedUntil: Math.max(state.pausedUntil, until) });
  }
}
