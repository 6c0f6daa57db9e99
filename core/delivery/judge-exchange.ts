import { backoffMs } from '../kernel/index.ts';
import { retryAfterMs } from './retry-after.ts';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/** The waits after each failed attempt; each is shortened at random by up to half. Some three days, twelve attempts. */
export const retrySchedule: readonly number[] = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** A Retry-After is honoured up to here: further off nobody knows what they will want. */
export const retryAfterCapMs = 24 * hour;
/** How long one answer can keep the webhook's other deliveries waiting. */
export const restCapMs = minute;

/** What is to be done after an attempt. */
export interface Verdict {
  outcome: 'delivered' | 'retrying' | 'exhausted';
  /** With retrying: milliseconds from now. */
  delayMs?: number;
  /** The endpoint asked for less: nothing else is to be sent to this webhook for so many milliseconds. */
  restMs?: number;
  /** The endpoint wants no more: why the webhook is to be disabled, in words. */
  disable?: string;
}

/**
 * Decides what follows from an attempt, after Standard Webhooks: 2xx is success and all else, a redirect too, is
 * not; 410 ends it and disables the webhook; 429, 502, 503 and 504 slow it down; Retry-After is honoured.
 *
 * @param attempt.number from 1
 * @param attempt.statusCode null when there was no answer
 * @param random between 0 and 1
 */
export function judgeExchange(
  attempt: { number: number; statusCode: number | null; retryAfter: string | undefined },
  now: Date,
  random: number = Math.random(),
): Verdict {
  const { number, statusCode } = attempt;
  if (statusCode !== null && statusCode >= 200 && statusCode < 300) return { outcome: 'delivered' };
  if (statusCode === 410)
    return { outcome: 'exhausted', disable: 'The endpoint answered 410 Gone: it wants no more' };
  const scheduledMs = backoffMs(number, retrySchedule, random);
  const busy = statusCode === 429 || statusCode === 503;
  const askedMs = busy ? retryAfterMs(attempt.retryAfter, now) : undefined;
  const restMs = busy
    ? (askedMs ?? 5 * second)
    : statusCode === 502 || statusCode === 504
      ? 2 * second
      : undefined;
  const rest = restMs === undefined || restMs === 0 ? {} : { restMs: Math.min(restMs, restCapMs) };
  if (scheduledMs === undefined) return { outcome: 'exhausted', ...rest };
  // Never sooner than asked, a little later so that what waits does not come back as one.
  const delayMs =
    askedMs === undefined
      ? scheduledMs
      : Math.max(second, Math.round(Math.min(askedMs, retryAfterCapMs) * (1 + random / 10)));
  return { outcome: 'retrying', delayMs, ...rest };
}
