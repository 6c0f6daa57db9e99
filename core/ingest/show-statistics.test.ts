import { expect, test } from 'vitest';
import { counterOf } from './committer.ts';
import { firstHour, showStatistics, sourceCounters } from './show-statistics.ts';

const none = { accepted: 0, duplicate: 0, refused: 0, unkept: 0, processed: 0, failed: 0 };

test('hours without anything are there too, the present one is the last, and all of them sum up', () => {
  const now = new Date('2026-03-01T12:34:56Z');
  const first = firstHour(now, 3);
  const at = (hour: string, name: Parameters<typeof counterOf>[0], value: number, source = 'a') => ({
    hour: new Date(`2026-03-01T${hour}:00:00Z`),
    name: counterOf(name, source),
    value,
  });
  const rows = [
    at('10', 'accepted', 5),
    at('10', 'refused', 9),
    at('10', 'unkept', 4),
    at('12', 'accepted', 2),
    at('12', 'failed', 1),
    // Of another source, and of an hour before.
    at('12', 'accepted', 100, 'b'),
    at('09', 'accepted', 100),
  ];
  expect(showStatistics('a', rows, first, 3)).toEqual({
    ...none,
    accepted: 7,
    refused: 9,
    unkept: 4,
    failed: 1,
    perHour: [
      { ...none, hour: '2026-03-01T10:00:00.000Z', accepted: 5, refused: 9, unkept: 4 },
      { ...none, hour: '2026-03-01T11:00:00.000Z' },
      { ...none, hour: '2026-03-01T12:00:00.000Z', accepted: 2, failed: 1 },
    ],
  });
  expect(sourceCounters('a')).toHaveLength(Object.keys(none).length);
});
