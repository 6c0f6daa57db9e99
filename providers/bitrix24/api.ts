import { classifier, readPath } from '../kit/index.ts';
import type { Api } from '../kit/index.ts';

const WINDOW_MS = 25_000;
/** The bucket drains by two in a second: enough for the call that was refused and the next. */
const DRAIN_MS = 1000;

/** Bitrix24's API: one leaky bucket, no rate headers, errors told by code. */
export const api: Api = {
  rateLimits: {
    // A bucket of 50 that drains by 2 a second, of the portal and our address together. Fifty in any 25 seconds never
    // fill it: 25 seconds drain what they poured in. Enterprise portals bear five times as much.
    default: { requests: 50, perMs: WINDOW_MS },
  },
  headers: { 'user-agent': 'Mortise' },
  readRateHeaders: () => undefined,
  classify: classifier({
    read: (body) => {
      const code = readPath(body, 'error');
      const message = readPath(body, 'error_description');
      return {
        ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
        ...(typeof message === 'string' && message !== '' ? { message } : {}),
      };
    },
    // Several come with a 401 that a fresh token would not mend.
    codes: {
      expired_token: 'auth_expired',
      NO_AUTH_FOUND: 'auth_expired',
      QUERY_LIMIT_EXCEEDED: 'rate_limited',
      OPERATION_TIME_LIMIT: 'rate_limited',
      NOT_FOUND: 'not_found',
      insufficient_scope: 'forbidden',
      ACCESS_DENIED: 'forbidden',
      INVALID_CREDENTIALS: 'forbidden',
      INVALID_REQUEST: 'forbidden',
      user_access_error: 'forbidden',
      allowed_only_intranet_user: 'forbidden',
      PAYMENT_REQUIRED: 'forbidden',
      PORTAL_DELETED: 'forbidden',
      // A block by hand: only Bitrix24's support lifts it.
      OVERLOAD_LIMIT: 'forbidden',
      ERROR_METHOD_NOT_FOUND: 'invalid',
    },
    // The portal has a new address: the next token reply tells it.
    statuses: { 301: 'auth_expired', 302: 'auth_expired' },
    isErrorIn200: (body) => readPath(body, 'error') !== undefined,
    retryAfterMs: (response, now) => {
      if (response.status !== 503 && response.status !== 429) return undefined;
      const resetAt = resetAtMs(response.text());
      if (resetAt !== undefined) return Math.max(DRAIN_MS, resetAt - now.getTime());
      // A method's own time budget is counted over ten minutes, and is freed bit by bit.
      return response.status === 429 ? 60_000 : DRAIN_MS;
    },
  }),
};

/** When a part of the method's time budget is free again (`time.operating_reset_at`, in seconds). */
function resetAtMs(text: string): number | undefined {
  try {
    const at = readPath(JSON.parse(text) as unknown, 'time.operating_reset_at');
    return typeof at === 'number' ? at * 1000 : undefined;
  } catch {
    return undefined;
  }
}
