import { json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** What every enveloped answer tells of the key's limits and credits, in its body. */
export interface Meta {
  limit: number;
  remaining: number;
}

/** `{data, _pagination?, _meta}`. */
export function enveloped(data: unknown, meta: Meta, nextPage?: string | null): EmulatorResponse {
  return json(200, {
    data,
    ...(nextPage === undefined ? {} : { _pagination: { next_page: nextPage } }),
    _meta: {
      _credits: { used: 1, balance: 99_000, note: 'Always' },
      _cache: { is_cached: false, note: 'Cache disabled for this endpoint' },
      _rate_limits: {
        limit_minute: meta.limit,
        remaining_minute: meta.remaining,
        limit_day: null,
        remaining_day: null,
      },
    },
  });
}

/** `{"error": "…"}` is published for 401; that other failures look so is unconfirmed. */
export function refused(
  status: number,
  error: string,
  headers: Record<string, string> = {},
): EmulatorResponse {
  return json(status, { error }, headers);
}

/** A refused value, by field (unconfirmed). */
export function invalid(field: string, complaint: string): EmulatorResponse {
  return json(422, { message: complaint, errors: { [field]: [complaint] } });
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') {
    const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    return refused(429, 'Too Many Attempts.', headers);
  }
  // A 403 says that an account's session has ended: what the key may not do is told by a 402.
  if (fault.kind === 'forbidden') return refused(402, 'Payment required.');
  return fault.kind === 'unauthorized' ? refused(401, UNAUTHORIZED) : refused(500, 'Server Error');
}

export const UNAUTHORIZED = 'Unauthorized. Get an API key in the console.';
