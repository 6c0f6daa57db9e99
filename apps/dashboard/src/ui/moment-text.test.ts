import { expect, it } from 'vitest';
import { durationText, relativeText } from './moment-text.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const ago = (ms: number) => relativeText(new Date(now - ms), now, 'en');

it.each([
  [0, 'now'],
  [59_999, 'now'],
  [60_000, '1 minute ago'],
  [3_599_000, '59 minutes ago'],
  [7_200_000, '2 hours ago'],
  [86_400_000, 'yesterday'],
  [-7_200_000, 'in 2 hours'],
])('tells %i ms ago as %s', (ms, told) => {
  expect(ago(ms)).toBe(told);
});

it.each([
  [0.42, '0.4ms'],
  [42.3, '42ms'],
  [1300, '1.3s'],
  [229_000, '3m 49s'],
  [240_000, '4m'],
  [999.7, '1s'],
  [59_980, '1m'],
  [239_900, '4m'],
  [5_400_000, '1h 30m'],
])('tells a length of %d ms as %s', (ms, told) => {
  expect(durationText(ms, 'en')).toBe(told);
});
