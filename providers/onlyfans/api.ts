import { classifier, readPath } from '../kit/index.ts';
import type { Api, HttpResponse, RateReading } from '../kit/index.ts';

const MINUTE_MS = 60_000;

const classify = classifier({
  // Published of errors is the 401 alone, `{"error": "…"}`. That refused values come as `message` and `errors` by
  // field is unconfirmed.
  read: (body) => {
    const [field, complaint] = fieldError(body) ?? [];
    const code = readPath(body, 'code') ?? field;
    const message = complaint ?? readPath(body, 'message') ?? readPath(body, 'error');
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' && message !== '' ? { message } : {}),
    };
  },
  // Out of credits, or the plan does not include the call: not mended by a retry (unconfirmed that 402 is used).
  statuses: { 402: 'forbidden' },
  // Limits are by the minute; that a 429 tells its wait is unconfirmed.
  retryAfterMs: (response) => (response.status === 429 ? MINUTE_MS : undefined),
});

/** The gateway's API: limits that depend on the plan and are told in the body, errors by status. */
export const api: Api = {
  // Of the documentation's example; what the plan allows is in every answer, and `readRateBody` reads it.
  rateLimits: { default: { requests: 60, perMs: MINUTE_MS } },
  readRateHeaders: () => undefined,
  readRateBody: (response) => {
    const limits = readPath(safeJson(response), '_meta._rate_limits');
    const [limit, remaining] = [readPath(limits, 'limit_minute'), readPath(limits, 'remaining_minute')];
    const reading: RateReading = { windowMs: MINUTE_MS };
    if (typeof limit === 'number') reading.limit = limit;
    if (typeof remaining === 'number') reading.remaining = remaining;
    return reading.limit === undefined && reading.remaining === undefined ? undefined : reading;
  },
  classify,
};

function fieldError(body: unknown): [string, string] | undefined {
  const errors = readPath(body, 'errors');
  if (typeof errors !== 'object' || errors === null) return undefined;
  for (const [field, told] of Object.entries(errors)) {
    const first: unknown = Array.isArray(told) ? told[0] : told;
    if (typeof first === 'string') return [field, `${field}: ${first}`];
  }
  return undefined;
}

function safeJson(response: HttpResponse): unknown {
  try {
    return response.json();
  } catch {
    return undefined;
  }
}
