import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRetryAfter } from './parse-retry-after.ts';

const now = new Date('2026-11-20T12:00:00Z');

test('seconds and HTTP dates in all three forms are waits', () => {
  expect(parseRetryAfter('120', now)).toBe(120_000);
  expect(parseRetryAfter(' 0.5 ', now)).toBe(500);
  expect(parseRetryAfter('Fri, 20 Nov 2026 12:00:30 GMT', now)).toBe(30_000);
  expect(parseRetryAfter('Friday, 20-Nov-26 12:00:30 GMT', now)).toBe(30_000);
  expect(parseRetryAfter('Fri Nov 20 12:00:30 2026', now)).toBe(30_000);
});

test('a date in the past is no wait, and what cannot be read is unknown', () => {
  expect(parseRetryAfter('Fri, 20 Nov 2026 11:00:00 GMT', now)).toBe(0);
  for (const odd of [undefined, '', '-5', 'soon', '1e3', '12 s', '2026-11-20']) {
    expect(parseRetryAfter(odd, now)).toBeUndefined();
  }
});

test('no text whatever gives a negative wait or none that is a number', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const wait = parseRetryAfter(text, now);
      expect(wait === undefined || (Number.isFinite(wait) && wait >= 0)).toBe(true);
    }),
  );
});
