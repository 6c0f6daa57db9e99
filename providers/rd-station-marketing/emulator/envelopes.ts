import { json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** One error as an object. */
export function failure(
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): EmulatorResponse {
  return json(status, { errors: { error_type: type, error_message: message } }, headers);
}

/** Authentication fails with a list, and an expired token is told apart in a header. */
export function unauthorized(expired = false): EmulatorResponse {
  const headers = expired
    ? { 'www-authenticate': 'Bearer realm="https://api.rd.services/", error="expired_token"' }
    : undefined;
  return json(401, { errors: [{ error_type: 'UNAUTHORIZED', error_message: 'Invalid token.' }] }, headers);
}

/** Refused values come as lists by field. */
export function invalid(field: string, type: string, message: string): EmulatorResponse {
  return json(400, { errors: { [field]: [{ error_type: type, error_message: message }] } });
}

export function missing(): EmulatorResponse {
  return failure(404, 'RESOURCE_NOT_FOUND', 'Lead not found.');
}

export function limited(max: number, retryAfter: string): EmulatorResponse {
  const body = {
    error: 'The limit of requests was reached.',
    max,
    usage: max,
    remaining_time: Number(retryAfter) || 0,
  };
  return json(429, body, { 'retry-after-quotas': retryAfter, 'ratelimit-limit-quotas': String(max) });
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') return limited(120, fault.retryAfter ?? '60');
  if (fault.kind === 'unauthorized') return unauthorized(true);
  if (fault.kind === 'forbidden') return failure(403, 'FORBIDDEN', 'Not allowed.');
  return failure(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong.');
}
