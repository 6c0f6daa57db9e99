const windowMs = 60_000;
const mostKept = 20_000;

/**
 * A bucket a name that holds a minute's worth and fills again evenly (the generic cell rate algorithm, ITU-T I.371), in
 * this process alone: it is there against floods, not as a quota, and so costs no round trip.
 */
export class Limiter {
  readonly #fullAt = new Map<string, number>();

  /** @returns 0 when this one may pass, else for how many milliseconds none may */
  spend(name: string, perMinute: number, now: number): number {
    const eachMs = windowMs / perMinute;
    const before = Math.min(Math.max(this.#fullAt.get(name) ?? now, now), now + windowMs);
    const waitMs = before + eachMs - (now + windowMs);
    // Sums of fractions: a thousandth of a millisecond is not a request too many.
    if (waitMs > 0.001) return waitMs;
    if (this.#fullAt.size >= mostKept) this.#forget(now);
    this.#fullAt.set(name, before + eachMs);
    return 0;
  }

  #forget(now: number): void {
    for (const [name, at] of this.#fullAt) if (at <= now) this.#fullAt.delete(name);
  }
}
