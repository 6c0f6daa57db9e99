import { json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** One error in the list that RD Station's other APIs answer with (unconfirmed for this one). */
export function failure(
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): EmulatorResponse {
  return json(status, { errors: [{ error_type: type, error_message: message }] }, headers);
}

export function limited(retryAfter?: string): EmulatorResponse {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return failure(429, 'TOO_MANY_REQUESTS', 'The limit of requests was reached.', headers);
}

export function unauthorized(): EmulatorResponse {
  return failure(401, 'UNAUTHORIZED', 'Invalid token.');
}

export function missing(): EmulatorResponse {
  return failure(404, 'RESOURCE_NOT_FOUND', 'The resource could not be found.');
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') return limited(fault.retryAfter);
  if (fault.kind === 'unauthorized') return unauthorized();
  if (fault.kind === 'forbidden') return failure(403, 'FORBIDDEN', 'Not allowed.');
  return failure(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong.');
}
