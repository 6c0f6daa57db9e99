import { json } from '../../kit/emulator/index.ts';
import { portalTime } from './portals.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** Bitrix24's error. */
export function failure(
  status: number,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): EmulatorResponse {
  return json(status, { error, error_description: description }, headers);
}

/** Bitrix24's answer, with what it took: the method's own time budget stands there too. */
export function answer(now: Date, offset: string, body: Record<string, unknown>): EmulatorResponse {
  const at = now.getTime();
  const time = {
    start: at / 1000,
    finish: (at + 42) / 1000,
    duration: 0.042,
    processing: 0.031,
    date_start: portalTime(at, offset),
    date_finish: portalTime(at + 42, offset),
    operating_reset_at: Math.floor(at / 1000) + 600,
    operating: 0.031,
  };
  return json(200, { ...body, time });
}

export function limited(retryAfter?: string): EmulatorResponse {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return failure(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests', headers);
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') return limited(fault.retryAfter);
  if (fault.kind === 'unauthorized')
    return failure(401, 'expired_token', 'The access token provided has expired');
  if (fault.kind === 'forbidden')
    return failure(403, 'insufficient_scope', 'The request requires higher privileges');
  return failure(500, 'INTERNAL_SERVER_ERROR', 'Internal server error');
}
