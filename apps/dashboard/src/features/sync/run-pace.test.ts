import { describe, expect, test } from 'vitest';
import { runPace } from './run-pace.ts';

const startedAt = '2026-11-20T10:00:00.000Z';
const at = (seconds: number) => Date.parse(startedAt) + seconds * 1000;
const run = {
  status: 'running',
  fetched: 200,
  expected: 1000,
  recordsPerSecond: 100,
  startedAt,
  finishedAt: null,
} as const;

describe('the pace of a run', () => {
  test('a run under way says its share, and how long the rest takes at the pace so far', () => {
    expect(runPace(run, at(2))).toEqual({ share: 0.2, elapsedMs: 2000, restMs: 8000 });
  });

  test('a provider that announced less than it gave leads neither past the end nor below zero', () => {
    expect(runPace({ ...run, fetched: 1200 }, at(12))).toEqual({ share: 1, elapsedMs: 12_000, restMs: 0 });
  });

  test('nothing is estimated where nobody knows the size or nothing has come yet', () => {
    expect(runPace({ ...run, expected: null }, at(2))).toEqual({
      share: null,
      elapsedMs: 2000,
      restMs: null,
    });
    expect(runPace({ ...run, fetched: 0, recordsPerSecond: 0 }, at(2)).restMs).toBeNull();
    expect(runPace({ ...run, status: 'queued', startedAt: null }, at(2)).elapsedMs).toBeNull();
  });

  test('a run that is over took as long as it took, however late one looks', () => {
    const over = { ...run, status: 'succeeded', finishedAt: '2026-11-20T10:00:05.000Z' } as const;
    expect(runPace(over, at(3600))).toEqual({ share: 1, elapsedMs: 5000, restMs: 0 });
  });
});
