import { randomBytes } from 'node:crypto';
import { json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

const STATUSES = {
  access_token_invalid: 401,
  scope_not_authorized: 401,
  // Its status is not published: here it wears a 200, which readers must see through.
  scope_permission_missed: 200,
  invalid_params: 400,
  rate_limit_exceeded: 429,
  internal_error: 500,
} as const;

export function logId(): string {
  return `20261120${randomBytes(13).toString('hex').toUpperCase()}`;
}

/** A success: data, and an error object that says `ok`. */
export function success(data: unknown): EmulatorResponse {
  return json(200, { data, error: { code: 'ok', message: '', log_id: logId() } });
}

export function failure(
  code: keyof typeof STATUSES,
  message: string,
  headers: Record<string, string> = {},
): EmulatorResponse {
  return json(STATUSES[code], { data: {}, error: { code, message, log_id: logId() } }, headers);
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') {
    const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    return failure('rate_limit_exceeded', 'The API rate limit was exceeded.', headers);
  }
  if (fault.kind === 'unauthorized') {
    return failure('access_token_invalid', 'The access token is invalid or not found in the request.');
  }
  if (fault.kind === 'forbidden') {
    return failure('scope_not_authorized', 'The user did not authorize the scope required.');
  }
  return failure('internal_error', 'Something went wrong. Please try again later.');
}
