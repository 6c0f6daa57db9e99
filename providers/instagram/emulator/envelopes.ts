import { randomBytes } from 'node:crypto';
import { json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** The Graph error envelope. Which status a code comes with is unconfirmed: most come with 400. */
export function failure(
  status: number,
  error: { code: number; message: string; type?: string; subcode?: number },
  headers: Record<string, string> = {},
): EmulatorResponse {
  const { code, message, type = 'OAuthException', subcode } = error;
  const fbtrace_id = `A${randomBytes(16).toString('base64url')}`;
  const more = subcode === undefined ? {} : { error_subcode: subcode };
  return json(status, { error: { message, type, code, ...more, fbtrace_id } }, headers);
}

/** Code 190: a token that is not good (any more). */
export function badToken(known: boolean): EmulatorResponse {
  return known
    ? failure(400, { code: 190, subcode: 463, message: 'Error validating access token: Session has expired' })
    : failure(400, { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' });
}

/** Also for an object that exists and belongs to somebody else. */
export function missing(id: string): EmulatorResponse {
  const message = `Unsupported request. Object with ID '${id}' does not exist, or cannot be loaded due to missing permissions`;
  return failure(400, { code: 100, subcode: 33, type: 'IGApiException', message });
}

export function wrongParameter(message: string): EmulatorResponse {
  return failure(400, { code: 100, type: 'IGApiException', message: `(#100) ${message}` });
}

/** Throttling has no status of its own: a code, and a header that tells the minutes to wait (unconfirmed). */
export function limited(headers: Record<string, string>): EmulatorResponse {
  return failure(400, { code: 4, message: '(#4) Application request limit reached' }, headers);
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited')
    return limited(fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter });
  if (fault.kind === 'unauthorized') return badToken(true);
  if (fault.kind === 'forbidden') {
    const message = '(#10) Application does not have permission for this action';
    return failure(403, { code: 10, type: 'IGApiException', message });
  }
  return failure(500, {
    code: 2,
    message: 'An unexpected error has occurred. Please retry your request later.',
  });
}
