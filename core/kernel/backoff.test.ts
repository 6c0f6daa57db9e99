import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

const schedule = [5_000, 60_000, 3_600_000];

it('waits between half of and the whole of its step', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const step = schedule[attempt - 1]!;
        const ms = backoffMs(attempt, schedule, random)!;
        expect(ms).toBeGreaterThanOrEqual(step / 2);
        expect(ms).toBeLessThanOrEqual(step);
      },
    ),
  );
});

it('does not send what failed together back together', () => {
  expect(new Set(Array.from({ length: 50 }, () => backoffMs(3, schedule))).size).toBeGreaterThan(40);
});

it('says so when the tries are used up', () => {
  expect([backoffMs(3, schedule, 1), backoffMs(4, schedule), backoffMs(1, [])]).toEqual([
    3_600_000,
    undefined,
    undefined,
  ]);
});
