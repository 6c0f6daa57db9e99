import { randomUUID } from 'node:crypto';
import { json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** HubSpot's error envelope. Category names beyond VALIDATION_ERROR are unconfirmed. */
export function failure(
  status: number,
  category: string,
  message: string,
  more: { errors?: unknown[]; context?: unknown; headers?: Record<string, string> } = {},
): EmulatorResponse {
  const { headers = {}, ...rest } = more;
  return json(status, { status: 'error', message, correlationId: randomUUID(), category, ...rest }, headers);
}

/** HubSpot's 429. */
export function limited(
  policyName: 'TEN_SECONDLY_ROLLING' | 'SECONDLY',
  retryAfter?: string,
): EmulatorResponse {
  const message = `You have reached your ${policyName.toLowerCase()} limit.`;
  const body = { status: 'error', message, errorType: 'RATE_LIMIT', correlationId: randomUUID(), policyName };
  return json(429, body, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') return limited('TEN_SECONDLY_ROLLING', fault.retryAfter);
  if (fault.kind === 'unauthorized') {
    return failure(401, 'EXPIRED_AUTHENTICATION', 'The OAuth token used to make this call expired.');
  }
  if (fault.kind === 'forbidden')
    return failure(403, 'MISSING_SCOPES', 'This app hasn’t been granted all required scopes.');
  return failure(500, 'INTERNAL_ERROR', 'internal error');
}
