import type { RateBudget } from '@mortise/providers/kit';
import type { Clock } from '../kernel/index.ts';

/**
 * One budget's memory: when each of the last `requests` went out, in a ring. Exact, because the usual counters over cells
 * of time let nearly twice the limit through when a burst stands at the end of a cell, and the provider then answers 429.
 * A number a request of the limit is what it costs.
 */
class Budget {
  readonly #sentAt: Float64Array;
  #oldest = 0;
  #pausedUntil = 0;
  #pausedForMs = 0;

  constructor(requests: number) {
    this.#sentAt = new Float64Array(requests).fill(-Infinity);
  }

  get requests(): number {
    return this.#sentAt.length;
  }

  /** @returns milliseconds until one more fits; 0 when it fits now and has been counted */
  spend(perMs: number, now: number): number {
    // A wait longer than any that was asked for means that the clock was set back: what it said before is void.
    if (this.#pausedUntil - now > this.#pausedForMs) this.#pausedUntil = now + this.#pausedForMs;
    if (this.#pausedUntil > now) return this.#pausedUntil - now;
    const waitMs = this.#sentAt[this.#oldest]! + perMs - now;
    if (waitMs > perMs) this.#sentAt.fill(now);
    if (waitMs > 0) return Math.min(waitMs, perMs);
    this.#sentAt[this.#oldest] = now;
    this.#oldest = (this.#oldest + 1) % this.#sentAt.length;
    return 0;
  }

  pause(ms: number, now: number): void {
    if (now + ms <= this.#pausedUntil) return;
    this.#pausedUntil = now + ms;
    this.#pausedForMs = ms;
  }
}

/** The budgets of everything this process talks to, by name. */
export class RateBudgets {
  readonly #budgets = new Map<string, Budget>();
  readonly #clock: Clock;
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Spends one request if it fits: in no span of `perMs` go more than `requests` out, and one that has waited for the
   * time told fits unless others were faster.
   *
   * @returns how long to wait otherwise, in milliseconds; 0 when it was spent
   */
  spend(name: string, { requests, perMs }: RateBudget): number {
    return this.#budget(name, requests).spend(perMs, this.#clock.now().getTime());
  }

  /** Lets nothing out for a while: the provider has said so. */
  pause(name: string, { requests }: RateBudget, ms: number): void {
    this.#budget(name, requests).pause(ms, this.#clock.now().getTime());
  }

  #budget(name: string, requests: number): Budget {
    let budget = this.#budgets.get(name);
    if (budget === undefined || budget.requests !== requests) {
      budget = new Budget(requests);
      this.#budgets.set(name, budget);
    }
    return budget;
  }
}
