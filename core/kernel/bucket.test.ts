import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spendFrom } from './bucket.ts';

test('a bucket gives what it holds at once, over time what it refills, and after the wait told one more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.nat({ max: 20_000 }), { minLength: 1, maxLength: 300 }),
      (holds, perMs, pauses) => {
        const size = { holds, perMs };
        let [now, spent]: [number, number] = [0, 0];
        let fullAt: number | undefined;
        for (const pause of pauses) {
          now += pause;
          const one = spendFrom(size, fullAt, now);
          if (one.waitMs === 0) {
            spent += 1;
            expect(one.left).toBeGreaterThanOrEqual(0);
            expect(one.left).toBeLessThan(holds);
          } else {
            expect(one.left).toBe(0);
            expect(spendFrom(size, one.fullAt, now + one.waitMs).waitMs).toBe(0);
          }
          fullAt = one.fullAt;
          expect(spent).toBeLessThanOrEqual(holds + (now * holds) / perMs + 0.01);
        }
        let full: number | undefined;
        for (let n = holds; n > 0; n--) {
          const one = spendFrom(size, full, 0);
          expect([one.waitMs, one.left]).toEqual([0, n - 1]);
          full = one.fullAt;
        }
        expect(spendFrom(size, full, 0).waitMs).toBeGreaterThan(0);
      },
    ),
  );
});
