/** Limits as providers enforce them: at most `requests` in any window of `windowMs`, by key. */
export class RequestLimits {
  readonly #now: () => Date;
  readonly #enforced: boolean;
  readonly #times = new Map<string, number[]>();
  readonly #buckets = new Map<string, { level: number; at: number }>();

  constructor(now: () => Date, enforced: boolean) {
    this.#now = now;
    this.#enforced = enforced;
  }

  /** Counts one request. A refused one does not count. */
  take(
    key: string,
    requests: number,
    windowMs: number,
  ): { ok: boolean; remaining: number; retryAfterMs: number } {
    const now = this.#now().getTime();
    const times = (this.#times.get(key) ?? []).filter((time) => time > now - windowMs);
    this.#times.set(key, times);
    if (this.#enforced && times.length >= requests) {
      return { ok: false, remaining: 0, retryAfterMs: (times[0] ?? now) + windowMs - now };
    }
    times.push(now);
    return { ok: true, remaining: Math.max(0, requests - times.length), retryAfterMs: 0 };
  }

  /** A leaky bucket: counts one request, unless that would go past `capacity`; it drains by `perSecond`. */
  pour(key: string, capacity: number, perSecond: number): boolean {
    const at = this.#now().getTime();
    const bucket = this.#buckets.get(key) ?? { level: 0, at };
    const level = Math.max(0, bucket.level - ((at - bucket.at) * perSecond) / 1000);
    const full = this.#enforced && level + 1 > capacity;
    this.#buckets.set(key, { level: full ? level : level + 1, at });
    return !full;
  }

  clear(): void {
    this.#times.clear();
    this.#buckets.clear();
  }
}
