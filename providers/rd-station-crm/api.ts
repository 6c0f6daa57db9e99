import { classifier, readPath } from '../kit/index.ts';
import type { Api } from '../kit/index.ts';

const MINUTE_MS = 60_000;

const classify = classifier({
  read: (body) => {
    const told = readError(readPath(body, 'errors') ?? body);
    return {
      ...(told.code === undefined ? {} : { code: told.code }),
      ...(told.message === undefined ? {} : { message: told.message }),
    };
  },
  // By name where one is given (the names are those of RD Station's other product, unconfirmed for this one).
  codes: { UNAUTHORIZED: 'auth_expired', RESOURCE_NOT_FOUND: 'not_found' },
});

/** RD Station CRM's API: 120 requests a minute, told to wait by Retry-After in seconds; no headers before that. */
export const api: Api = {
  rateLimits: { default: { requests: 120, perMs: MINUTE_MS } },
  readRateHeaders: () => undefined,
  classify,
};

interface ToldError {
  code?: string;
  message?: string;
}

/**
 * The first error that can be read: the envelope of this API is not published, and those of RD Station's come as one
 * object, as a list, or as lists by field.
 */
function readError(errors: unknown): ToldError {
  if (typeof errors === 'string') return { message: errors };
  if (Array.isArray(errors)) return errors.length === 0 ? {} : readError(errors[0]);
  if (typeof errors !== 'object' || errors === null) return {};
  const code = text(errors, ['error_type', 'code', 'error']);
  const message = text(errors, ['error_message', 'error_description', 'detail', 'message', 'title']);
  if (code !== undefined || message !== undefined) {
    return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
  }
  for (const [field, complaints] of Object.entries(errors)) {
    if (!Array.isArray(complaints)) continue;
    const { message: complaint = '' } = readError(complaints);
    return { code: field, message: `${field}: ${complaint}` };
  }
  return {};
}

function text(value: object, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = readPath(value, name);
    if (typeof found === 'string' && found !== '') return found;
  }
  return undefined;
}
