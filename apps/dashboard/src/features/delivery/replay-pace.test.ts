import { expect, test } from 'vitest';
import { isDraining, replayPace } from './replay-pace.ts';

const createdAt = '2026-11-25T18:00:00.000Z';
const after = (seconds: number) => Date.parse(createdAt) + seconds * 1000;

test('what is looked through counts as far as it is settled', () => {
  const replay = { status: 'running', progress: 0.5, queued: 100, waiting: 50, createdAt } as const;
  expect(replayPace(replay, after(10))).toEqual({ settled: 50, share: 0.25, perSecond: 5, restMs: 30_000 });
});

test('a walk that is over drains until nothing waits', () => {
  const replay = { status: 'done', progress: 1, queued: 100, waiting: 25, createdAt } as const;
  expect(isDraining(replay)).toBe(true);
  expect(replayPace(replay, after(75))).toMatchObject({ share: 0.75, perSecond: 1, restMs: 25_000 });
  expect(isDraining({ ...replay, waiting: 0 })).toBe(false);
  expect(replayPace({ ...replay, waiting: 0 }, after(75))).toMatchObject({ share: 1, restMs: null });
});

test('one that found nothing is whole, and one that has begun only now promises no end', () => {
  expect(replayPace({ status: 'done', progress: 1, queued: 0, waiting: 0, createdAt }, after(3)).share).toBe(
    1,
  );
  expect(
    replayPace({ status: 'running', progress: 0, queued: 0, waiting: 0, createdAt }, after(0)),
  ).toMatchObject({ share: 0, restMs: null });
});
