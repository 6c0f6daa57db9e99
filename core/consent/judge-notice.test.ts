import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeNotice } from './judge-notice.ts';

const weekMs = 7 * 86_400_000;
const since = new Date('2026-11-20T12:00:00Z');
const later = (waitMs?: number) => ({
  state: 'later' as const,
  reason: 'It is away.',
  ...(waitMs === undefined ? {} : { waitMs }),
});
const random = fc.double({ min: 0, max: 1, noNaN: true });

it('a try that failed is followed by another, never before a wait that was asked for nor past a week, or by an end', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: weekMs }),
      fc.option(fc.integer({ min: 0, max: 2 * weekMs }), { nil: undefined }),
      random,
      (attempt, ageMs, waitMs, chance) => {
        const now = new Date(since.getTime() + ageMs);
        const decision = judgeNotice(later(waitMs), { attempt, since, now }, chance);
        if (decision.state === 'ended') {
          expect(decision.reason).toMatch(/^It is away\. After (one try|\d+ tries over a week) it is not/);
          expect(ageMs + Math.max(waitMs ?? 0, 86_400_000)).toBeGreaterThan(weekMs);
          return;
        }
        expect(decision.state).toBe('waiting');
        const next = decision.state === 'waiting' ? decision.nextAt.getTime() : 0;
        expect(next - now.getTime()).toBeGreaterThanOrEqual(Math.max(15_000, waitMs ?? 0));
        expect(next - since.getTime()).toBeLessThanOrEqual(weekMs);
      },
    ),
  );
});

it('a wait that no date can hold ends it', () => {
  for (const waitMs of [1e17, Number.MAX_VALUE, Infinity])
    expect(judgeNotice(later(waitMs), { attempt: 1, since, now: since }, 0.5).state).toBe('ended');
});

it('every notice comes to an end, whatever the chance, within a few dozen tries', () => {
  fc.assert(
    fc.property(random, (chance) => {
      let now = since;
      for (let attempt = 1; attempt < 40; attempt += 1) {
        const decision = judgeNotice(later(), { attempt, since, now }, chance);
        if (decision.state !== 'waiting') return;
        now = decision.nextAt;
      }
      expect.unreachable('It is tried for ever');
    }),
  );
});
