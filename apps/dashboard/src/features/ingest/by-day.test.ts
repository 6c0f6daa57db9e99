import { expect, test } from 'vitest';
import { byDay, byHour, sumOf } from './by-day.ts';

const hoursFrom = (start: Date, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    hour: new Date(start.getTime() + n * 3_600_000).toISOString(),
    accepted: n,
    duplicate: 1,
    refused: 3,
    unkept: 2,
    processed: n,
    failed: 0,
  }));

test('each day has what its hours have, local midnights apart, over a change of the clocks too', () => {
  // In most of Europe a day of 25 hours lies in between; where none does, the days are as long as each other.
  const hours = hoursFrom(new Date(2026, 9, 24, 5), 72);
  const days = byDay(hours, 30);
  expect(days.map(({ from }) => [from.getDate(), from.getHours()])).toEqual([
    [24, 0],
    [25, 0],
    [26, 0],
    [27, 0],
  ]);
  expect(sumOf(days)).toEqual(sumOf(byHour(hours)));
  expect(days[0]).toMatchObject({ duplicate: 19, refused: 57, unkept: 38 });
});

test('the last so many days are shown, and nothing of what lies before them', () => {
  const hours = hoursFrom(new Date(2026, 2, 1), 744);
  const days = byDay(hours, 30);
  expect(days).toHaveLength(30);
  expect(days.at(-1)!.from.getTime()).toBeGreaterThan(days[0]!.from.getTime());
  expect(sumOf([])).toEqual({ accepted: 0, duplicate: 0, refused: 0, unkept: 0, processed: 0, failed: 0 });
});
