import type { Replay } from '@mortise/contract';

export interface ReplayPace {
  /** Of those that were queued, how many are over: delivered, or given up again. */
  settled: number;
  /** Between 0 and 1: how much of the log is looked through and settled. */
  share: number;
  perSecond: number;
  /** How long it will still take at the pace so far; null when that cannot be said. */
  restMs: number | null;
}

type Measured = Pick<Replay, 'status' | 'progress' | 'queued' | 'waiting' | 'createdAt'>;

/** How far a replay has drained, and how fast. */
export function replayPace(replay: Measured, nowMs: number): ReplayPace {
  const { progress, queued, waiting, createdAt } = replay;
  const settled = Math.max(0, queued - waiting);
  const share = (replay.status === 'running' ? progress : 1) * (queued === 0 ? 1 : settled / queued);
  const elapsedMs = Math.max(1000, nowMs - Date.parse(createdAt));
  const isMoving = isDraining(replay) && share > 0 && settled > 0;
  return {
    settled,
    share,
    perSecond: (settled / elapsedMs) * 1000,
    restMs: isMoving ? (elapsedMs * (1 - share)) / share : null,
  };
}

/** Whether something of it is still to be sent, even where the walk through the log is over. */
export function isDraining({ status, waiting }: Pick<Replay, 'status' | 'waiting'>): boolean {
  return status === 'running' || waiting > 0;
}
