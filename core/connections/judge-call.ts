import type { HttpRequestSpec, Problem } from '@mortise/providers/kit';
import { backoffMs } from '../kernel/index.ts';

/** What to do after a call that did not go well. */
export type CallDecision =
  | { act: 'retry'; waitMs: number; pauseBudget: boolean }
  | { act: 'refresh' }
  | { act: 'reconnect' }
  | { act: 'fail' };

const transientSchedule = [500, 2_000, 5_000];
const throttledSchedule = [1_000, 3_000, 10_000, 20_000, 30_000];
/** A provider that asks for more than this gets its wait from the job's own schedule, not from a waiting call. */
const longestWaitMs = 60_000;

export function mayRepeat(spec: HttpRequestSpec): boolean {
  return spec.idempotent ?? (spec.method === 'GET' || spec.method === 'PUT' || spec.method === 'DELETE');
}

/**
 * Judges a refusal. Pure: someone else waits, refreshes or marks.
 *
 * @param problem the provider's refusal; `unanswered` when there was no answer, and nobody knows what became of it
 * @param attempt the number of the try, from 1
 * @param refreshed whether this call has had a fresh token already
 * @param retries how often it is tried again at most; null: as often as the schedules have steps
 */
export function judgeCall(
  spec: HttpRequestSpec,
  problem: Problem | 'unanswered',
  attempt: number,
  refreshed: boolean,
  retries: number | null = null,
  random: number = Math.random(),
): CallDecision {
  if (problem === 'unanswered' || problem.kind === 'provider_error') {
    const wait = mayRepeat(spec) ? waitMsOf(attempt, transientSchedule, retries, random) : undefined;
    const asked = problem === 'unanswered' ? undefined : problem.retryAfterMs;
    if (wait === undefined || (asked ?? 0) > longestWaitMs) return { act: 'fail' };
    return { act: 'retry', waitMs: asked ?? wait, pauseBudget: asked !== undefined };
  }
  switch (problem.kind) {
    case 'rate_limited': {
      // A refused request has not been carried out, so that even one that must not be repeated may be sent again.
      const wait = waitMsOf(attempt, throttledSchedule, retries, random);
      const asked = problem.retryAfterMs;
      if (wait === undefined || (asked ?? 0) > longestWaitMs) return { act: 'fail' };
      return { act: 'retry', waitMs: asked ?? wait, pauseBudget: true };
    }
    case 'auth_expired':
      return refreshed ? { act: 'reconnect' } : { act: 'refresh' };
    case 'revoked':
      return { act: 'reconnect' };
    default:
      return { act: 'fail' };
  }
}

/** The wait before the next try; past the schedule's end its last step, as long as tries are left. */
function waitMsOf(
  attempt: number,
  schedule: readonly number[],
  retries: number | null,
  random: number,
): number | undefined {
  if (retries === null) return backoffMs(attempt, schedule, random);
  return attempt > retries ? undefined : backoffMs(Math.min(attempt, schedule.length), schedule, random);
}
