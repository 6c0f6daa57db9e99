import { spendFrom } from '../kernel/index.ts';

const perMs = 60_000;
const mostKept = 20_000;

/**
 * A bucket a name that holds a minute's worth and fills again evenly, in this process alone: it is there against floods,
 * not as a quota, and so costs no round trip.
 */
export class Limiter {
  readonly #fullAt = new Map<string, number>();

  /**
   * @param now milliseconds by a clock that nobody sets
   * @returns 0 when this one may pass, else for how many milliseconds none may
   */
  spend(name: string, perMinute: number, now: number): number {
    const { waitMs, fullAt } = spendFrom({ holds: perMinute, perMs }, this.#fullAt.get(name), now);
    if (waitMs > 0) return waitMs;
    if (this.#fullAt.size >= mostKept) this.#forget(now);
    this.#fullAt.set(name, fullAt);
    return 0;
  }

  #forget(now: number): void {
    for (const [name, at] of this.#fullAt) if (at <= now) this.#fullAt.delete(name);
  }
}
