import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDelayMs, retryAfterMs, type RetryPolicy } from './retry.ts';

const policy = fc.record({
  tries: fc.integer({ min: 1, max: 10 }),
  firstDelayMs: fc.integer({ min: 1, max: 1000 }),
  maxDelayMs: fc.integer({ min: 1000, max: 60_000 }),
});
const unit = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

describe('nextDelayMs', () => {
  it('waits at least as long as asked and never longer than asked plus the longest wait', () => {
    fc.assert(
      fc.property(
        policy,
        fc.nat(30_000),
        fc.integer({ min: 1, max: 12 }),
        unit,
        (given: RetryPolicy, asked, tried, random) => {
          const delay = nextDelayMs({ status: 429, retryAfterMs: asked }, tried, given, () => random);
          if (tried >= given.tries || asked > given.maxDelayMs) expect(delay).toBeUndefined();
          else {
            expect(delay).toBeGreaterThanOrEqual(asked);
            expect(delay).toBeLessThanOrEqual(asked + given.maxDelayMs);
          }
        },
      ),
    );
  });

  it('never repeats an answer that says more than "not now"', () => {
    const given = { tries: 9, firstDelayMs: 1, maxDelayMs: 1000 };
    for (const status of [400, 401, 403, 404, 409, 412, 422, 500, 502]) {
      expect(nextDelayMs({ status, retryAfterMs: undefined }, 1, given)).toBeUndefined();
    }
  });
});

describe('retryAfterMs', () => {
  it('reads seconds and dates, and nothing from what is neither', () => {
    const now = Date.parse('2026-11-20T10:00:00Z');
    expect(retryAfterMs('3', now)).toBe(3000);
    expect(retryAfterMs('Fri, 20 Nov 2026 10:00:05 GMT', now)).toBe(5000);
    expect(retryAfterMs('Fri, 20 Nov 2026 09:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(null, now)).toBeUndefined();
  });
});
