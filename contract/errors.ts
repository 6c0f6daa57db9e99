import { z } from 'zod';

/**
 * Every error a caller of the API can meet: its stable code, its HTTP status and its title.
 * Codes never change their meaning; programs may branch on them. What a caller may not know exists is the same
 * `not_found` as what does not exist.
 */
export const errorTable = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of ours' },
  invalid_idempotency_key: { status: 400, title: 'The Idempotency-Key is not valid' },
  tenant_required: { status: 400, title: 'Say which tenant this is for' },
  unauthenticated: { status: 401, title: 'Sign in or send a credential' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  consent_required: { status: 403, title: 'The person has not granted this' },
  cross_site: { status: 403, title: 'The request came from another site' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'This path does not take this method' },
  conflict: { status: 409, title: 'This conflicts with what is there' },
  already_exists: { status: 409, title: 'This exists already' },
  idempotency_in_flight: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
  },
  setup_done: { status: 409, title: 'The first owner exists already' },
  link_expired: { status: 410, title: 'This link was used or has expired' },
  version_mismatch: { status: 412, title: 'It has changed since you read it' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Send JSON' },
  idempotency_mismatch: { status: 422, title: 'This Idempotency-Key was used with another request' },
  event_id_reused: { status: 422, title: 'This event id was used for other content' },
  event_type_reserved: { status: 422, title: 'Events of this type are raised by Mortise alone' },
  event_type_unknown: { status: 422, title: 'This type of event is not defined' },
  event_data_invalid: { status: 422, title: 'The data does not fit the schema of its type' },
  unprocessable: { status: 422, title: 'The request cannot be carried out as it stands' },
  provider_refused: { status: 422, title: 'The provider refused the request' },
  needs_reconnect: { status: 409, title: 'The connection has to be made anew' },
  rate_limited: { status: 429, title: 'Too many requests' },
  overloaded: { status: 429, title: 'More work is waiting than may be held' },
  provider_unavailable: { status: 502, title: 'The provider did not answer properly' },
  internal: { status: 500, title: 'Something failed on our side' },
  not_ready: { status: 503, title: 'The service is not ready' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorTable;

/** The body of every error answer: problem+json (RFC 9457) with a stable code and the request's id. */
export const problem = z
  .object({
    type: z.string().meta({ description: 'A relative link that explains the code' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string().optional().meta({ description: 'What is wrong here, and what to do' }),
    requestId: z.string(),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Field by field, when the input was not valid' }),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problem>;
