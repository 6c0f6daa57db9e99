import { backoffMs } from '../kernel/index.ts';
import type { TellOutcome } from './deps.ts';

const minute = 60_000;
const hour = 60 * minute;
const pauses = [minute / 2, 2 * minute, 10 * minute, hour, 3 * hour, 8 * hour];
const longestPauseMs = 24 * hour;
/** An account that has to be connected anew is often noticed by a person within days; for ever is no answer. */
const patienceMs = 7 * 24 * hour;

/** What becomes of a notice after a try. */
export type NoticeDecision =
  | { state: 'told' }
  | { state: 'unknown_person' | 'ended'; reason: string }
  | { state: 'waiting'; reason: string; nextAt: Date };

/**
 * Judges a try to tell somebody: with growing pauses, never before a wait that was asked for, and for a week at most.
 * Pure.
 *
 * @param attempt the number of the try, from 1
 * @param since when the notice was written, or begun anew
 */
export function judgeNotice(
  outcome: TellOutcome,
  { attempt, since, now }: { attempt: number; since: Date; now: Date },
  random: number = Math.random(),
): NoticeDecision {
  if (outcome.state !== 'later') return outcome;
  const pause = backoffMs(attempt, pauses, random) ?? longestPauseMs;
  const nextAt = new Date(now.getTime() + Math.max(pause, outcome.waitMs ?? 0));
  // Turned about, since a wait that no date can hold makes none: that is past any patience, too.
  if (!(nextAt.getTime() - since.getTime() <= patienceMs)) {
    const tries = attempt === 1 ? 'one try' : `${attempt} tries over a week`;
    return { state: 'ended', reason: `${outcome.reason} After ${tries} it is not tried again by itself.` };
  }
  return { state: 'waiting', reason: outcome.reason, nextAt };
}
