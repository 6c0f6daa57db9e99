import { classifier, readPath } from '../kit/index.ts';
import type { Api, RateReading } from '../kit/index.ts';

const TEN_SECONDS_MS = 10_000;

const classify = classifier({
  read: (body) => {
    // A 429 names itself by errorType, everything else by category.
    const code = readPath(body, 'category') ?? readPath(body, 'errorType');
    const message = readPath(body, 'message');
    const requestId = readPath(body, 'correlationId');
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' ? { message } : {}),
      ...(typeof requestId === 'string' ? { requestId } : {}),
    };
  },
  codes: { RATE_LIMIT: 'rate_limited', RATE_LIMITS: 'rate_limited', OBJECT_NOT_FOUND: 'not_found' },
  // 477: the account is being moved between data centres; it comes with Retry-After.
  statuses: { 477: 'provider_error' },
  retryAfterMs: (response) => {
    if (response.status !== 429) return undefined;
    // Only 477 is published with a Retry-After. For a 429 the policy tells how long its window is; a daily one
    // ends at the account's midnight, so ask again every quarter of an hour.
    const policy = readPath(safeJson(response.text()), 'policyName');
    if (policy === 'SECONDLY') return 1000;
    if (policy === 'DAILY') return 15 * 60_000;
    return Number(response.headers['x-hubspot-ratelimit-interval-milliseconds']) || TEN_SECONDS_MS;
  },
});

/** HubSpot's API: two budgets, the error envelope, the rate headers. */
export const api: Api = {
  rateLimits: {
    // Of an OAuth app for each account that installed it (unconfirmed).
    default: { requests: 110, perMs: TEN_SECONDS_MS },
    // "4 to 5 a second": the lower one, since a search reply carries no rate headers to steer by.
    search: { requests: 4, perMs: 1000 },
  },
  readRateHeaders: (headers) => {
    const reading: RateReading = {};
    const limit = whole(headers['x-hubspot-ratelimit-max']);
    const remaining = whole(headers['x-hubspot-ratelimit-remaining']);
    const windowMs = whole(headers['x-hubspot-ratelimit-interval-milliseconds']);
    if (limit !== undefined) reading.limit = limit;
    if (remaining !== undefined) reading.remaining = remaining;
    if (windowMs !== undefined) reading.windowMs = windowMs;
    return Object.keys(reading).length === 0 ? undefined : reading;
  },
  classify,
};

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
