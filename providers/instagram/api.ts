import { classifier } from '../kit/index.ts';
import { graphError } from './graph-error.ts';
import { usageOf } from './usage.ts';
import type { Api, ProblemKind } from '../kit/index.ts';

/** Base of every versioned call. */
export const graph = 'graph:/v25.0';

const HOUR_MS = 3_600_000;

/** Codes of throttling: of the app, the user, the page, a custom limit, the account's business use case (unconfirmed). */
export const throttled: Readonly<Record<string, ProblemKind>> = {
  4: 'rate_limited',
  17: 'rate_limited',
  32: 'rate_limited',
  613: 'rate_limited',
  80002: 'rate_limited',
};

/** Instagram's API: one budget, the Graph error envelope, usage told in percent. */
export const api: Api = {
  rateLimits: {
    // About 4,800 calls for each impression of the account's content in 24 hours (unconfirmed). How many those are is
    // not told: this is the allowance of one, spread over the day, so that a morning cannot use up the night.
    default: { requests: 200, perMs: HOUR_MS },
  },
  readRateHeaders: (headers, now) => {
    const usage = usageOf(headers);
    if (usage === undefined) return undefined;
    const { percent, regainMs } = usage;
    const resetAt = regainMs > 0 ? { resetAt: new Date(now.getTime() + regainMs) } : {};
    return { limit: 100, remaining: Math.max(0, 100 - percent), ...resetAt };
  },
  classify: classifier({
    read: graphError,
    codes: {
      ...throttled,
      190: 'auth_expired',
      // An object that does not exist, or that this token may not see; other codes 100 are wrong parameters.
      '100/33': 'not_found',
      // A permission that was not given (unconfirmed).
      10: 'forbidden',
      200: 'forbidden',
      // "An unknown error", "a temporary issue" (unconfirmed).
      1: 'provider_error',
      2: 'provider_error',
    },
    retryAfterMs: (response) => {
      const regainMs = usageOf(response.headers)?.regainMs ?? 0;
      return regainMs > 0 ? regainMs : undefined;
    },
  }),
};
