import { expect, test } from 'vitest';
import { scheduleOf, scheduleText } from './schedule-text.ts';

test('lengths of time stand in the largest unit that divides them, and come back the same', () => {
  const seconds = [5, 60, 90, 3_600, 86_400];
  expect(scheduleText(seconds)).toBe('5s 1m 90s 1h 1d');
  expect(scheduleOf(scheduleText(seconds))).toEqual(seconds);
});

test('a number alone is seconds, and commas part as spaces do', () => {
  expect(scheduleOf('5, 30s,2m')).toEqual([5, 30, 120]);
});

test('what is no length of time is refused as a whole', () => {
  expect([scheduleOf('5s soon'), scheduleOf(''), scheduleOf('-1s'), scheduleOf('1w')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
