import type { WebhookSettings } from '@mortise/contract';
import { backoffMs } from '../kernel/index.ts';
import { retryAfterMs } from './retry-after.ts';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/**
 * The product's waits after each failed attempt; each is shortened at random by up to half. Some three days with the
 * twelve attempts that are the default; the last is repeated where a webhook has more.
 */
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

/** Answers of an endpoint, or of what stands before it, that has too much to do; how long it rests when it says none. */
const busyRestMs: Readonly<Record<number, number>> = {
  429: 5 * second,
  502: 2 * second,
  503: 5 * second,
  504: 2 * second,
};

/**
 * Decides what follows from an attempt, after Standard Webhooks: 2xx is success and all else, a redirect too, is
 * not; 410 ends it and disables the webhook; 429, 502, 503 and 504 slow it down, and their Retry-After is honoured:
 * the next attempt is not made sooner, nor sooner than the policy has it, so that an endpoint that is down and says
 * "in a second" does not use up all attempts in as many seconds.
 *
 * @param attempt.number from 1
 * @param attempt.statusCode null when there was no answer
 * @param policy the webhook's; past its attempts there is none (one asked for by hand gets no other after it)
 * @param random between 0 and 1
 */
export function judgeExchange(
  attempt: { number: number; statusCode: number | null; retryAfter: string | undefined },
  policy: WebhookSettings['retry'],
  now: Date,
  random: number = Math.random(),
): Verdict {
  const { number, statusCode } = attempt;
  if (statusCode !== null && statusCode >= 200 && statusCode < 300) return { outcome: 'delivered' };
  if (statusCode === 410)
    return { outcome: 'exhausted', disable: 'The endpoint answered 410 Gone: it wants no more' };
  const defaultRestMs = busyRestMs[statusCode ?? 0];
  const askedMs = defaultRestMs === undefined ? undefined : retryAfterMs(attempt.retryAfter, now);
  const restMs = askedMs ?? defaultRestMs ?? 0;
  const rest = restMs === 0 ? {} : { restMs: Math.min(restMs, restCapMs) };
  if (!policy.enabled || number >= policy.attempts) return { outcome: 'exhausted', ...rest };
  const asked = askedMs === undefined ? 0 : later(Math.min(askedMs, retryAfterCapMs), random);
  return { outcome: 'retrying', delayMs: Math.max(asked, stepMs(number, policy, random)), ...rest };
}

/** What the policy has after an attempt. A schedule of the webhook's own is kept to: never sooner than it says. */
function stepMs(number: number, { schedule }: WebhookSettings['retry'], random: number): number {
  const step = schedule?.[Math.min(number, schedule.length) - 1];
  if (step !== undefined) return later(step * second, random);
  return backoffMs(Math.min(number, retrySchedule.length), retrySchedule, random) ?? 0;
}

/** Up to a tenth later, so that what waits does not come back as one. */
const later = (ms: number, random: number) => Math.round(ms * (1 + random / 10));
