import { html, json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** A status said again as JSON, with the challenge where the token is at fault. */
export function failure(status: number, message: string, challenge?: string): EmulatorResponse {
  const headers: Record<string, string> =
    challenge === undefined ? {} : { 'www-authenticate': `Bearer realm="reddit", error="${challenge}"` };
  return json(status, { message, error: status }, headers);
}

/** A form's refusals, inside a 200. */
export function refused(code: string, message: string, field: string): EmulatorResponse {
  return json(200, { json: { errors: [[code, message, field]] } });
}

/** A form's success. */
export function done(data: Record<string, unknown>): EmulatorResponse {
  return json(200, { json: { errors: [], data } });
}

/** Too many requests: a page, with the wait in a header. */
export function limited(retryAfter: string | undefined): EmulatorResponse {
  const response = html(
    429,
    '<html><head><title>Too Many Requests</title></head><body>Too Many Requests</body></html>',
  );
  return retryAfter === undefined
    ? response
    : { ...response, headers: { ...response.headers, 'retry-after': retryAfter } };
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') return limited(fault.retryAfter);
  if (fault.kind === 'unauthorized') return failure(401, 'Unauthorized', 'invalid_token');
  if (fault.kind === 'forbidden') return failure(403, 'Forbidden', 'insufficient_scope');
  return html(503, '<html><body>Our CDN was unable to reach our servers</body></html>');
}
