import type { Run } from '@mortise/contract';

export interface RunPace {
  /** Between 0 and 1; null while nobody knows how much there is. */
  share: number | null;
  /** How long it has been at work; null before it began. */
  elapsedMs: number | null;
  /** How long it will still take at the pace so far; null when that cannot be said. */
  restMs: number | null;
}

type Measured = Pick<
  Run,
  'status' | 'fetched' | 'expected' | 'recordsPerSecond' | 'startedAt' | 'finishedAt'
>;

/** How far a run has come and how long it will take. A provider may have said less than there is: never past the end. */
export function runPace(run: Measured, nowMs: number): RunPace {
  const { status, fetched, expected, recordsPerSecond, startedAt, finishedAt } = run;
  const endMs = finishedAt === null ? nowMs : Date.parse(finishedAt);
  const elapsedMs = startedAt === null ? null : Math.max(0, endMs - Date.parse(startedAt));
  if (status === 'succeeded') return { share: 1, elapsedMs, restMs: 0 };
  const share = expected === null || expected === 0 ? null : Math.min(1, fetched / expected);
  const isUnderWay = status === 'running' && expected !== null && recordsPerSecond > 0;
  const restMs = isUnderWay ? (Math.max(0, expected - fetched) / recordsPerSecond) * 1000 : null;
  return { share, elapsedMs, restMs };
}

/** Whether it is still to come to an end. */
export function isOpen({ status }: Pick<Run, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}
