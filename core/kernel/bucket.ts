/** What a bucket holds, and in how many milliseconds it fills again, evenly. */
export interface BucketSize {
  holds: number;
  perMs: number;
}

/**
 * Spends one from a bucket that is known by one number, the moment at which it is full again (the generic cell rate
 * algorithm, ITU-T I.371). Pure.
 *
 * @param fullAt after the last that was spent; undefined when none was
 * @param now milliseconds by a clock that nobody sets: set back, another would refuse everything for as long
 * @returns how many milliseconds to wait until one may be spent, 0 when it was; when the bucket is full again now; and how
 *   many are left in it
 */
export function spendFrom(
  { holds, perMs }: BucketSize,
  fullAt: number | undefined,
  now: number,
): { waitMs: number; fullAt: number; left: number } {
  const eachMs = perMs / holds;
  const before = Math.max(fullAt ?? now, now);
  const waitMs = before + eachMs - (now + perMs);
  // Sums of fractions: a thousandth of a millisecond is not one too many.
  const isSpent = waitMs <= 0.001;
  const after = isSpent ? before + eachMs : before;
  return {
    waitMs: isSpent ? 0 : waitMs,
    fullAt: after,
    left: Math.floor((now + perMs - after) / eachMs + 0.001),
  };
}
