import { classifier, parseRetryAfter, readPath } from '../kit/index.ts';
import type { Api, ClassifierOptions, RateReading } from '../kit/index.ts';

const MINUTE_MS = 60_000;

const options: ClassifierOptions = {
  read: (body) => {
    const { code, message } = readError(readPath(body, 'errors') ?? body);
    return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
  },
  codes: {
    UNAUTHORIZED: 'auth_expired',
    ACCESS_DENIED: 'forbidden',
    RESOURCE_NOT_FOUND: 'not_found',
    // Its name is unconfirmed.
    EMAIL_ALREADY_IN_USE: 'conflict',
  },
  retryAfterMs: (response, now) => {
    if (response.status !== 429) return undefined;
    const told = parseRetryAfter(response.headers['retry-after-quotas'], now);
    if (told !== undefined) return told;
    // That it counts seconds is unconfirmed.
    const seconds = Number(readPath(safeJson(response.text()), 'remaining_time'));
    return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds * 1000) : MINUTE_MS;
  },
};

/** The token endpoint uses the same words for other things: there, 401 is about the client or the code. */
export const classifyToken = classifier({
  ...options,
  codes: {
    EXPIRED_CODE_GRANT: 'revoked',
    INVALID_REFRESH_TOKEN: 'revoked',
    ACCESS_DENIED: 'forbidden',
    UNAUTHORIZED: 'forbidden',
  },
  statuses: { 401: 'forbidden' },
});

/** RD Station Marketing's API: limits of the account's plan (the smaller is assumed), errors in three shapes. */
export const api: Api = {
  rateLimits: {
    default: { requests: 120, perMs: MINUTE_MS },
    segmentations: { requests: 120, perMs: MINUTE_MS },
  },
  readRateHeaders: (headers) => {
    const reading: RateReading = {};
    const limit = /^\d+/.exec(headers['ratelimit-limit-quotas'] ?? '')?.[0];
    if (limit !== undefined) reading.limit = Number(limit);
    return limit === undefined ? undefined : reading;
  },
  classify: classifier(options),
};

interface ToldError {
  code?: string;
  message?: string;
}

/** The first error of one object, of a list, or of lists by field. */
function readError(errors: unknown): ToldError {
  if (typeof errors === 'string') return { message: errors };
  if (Array.isArray(errors)) return errors.length === 0 ? {} : readError(errors[0]);
  if (typeof errors !== 'object' || errors === null) return {};
  const code = text(readPath(errors, 'error_type'));
  const message =
    text(readPath(errors, 'error_message')) ??
    text(readPath(errors, 'message')) ??
    text(readPath(errors, 'error'));
  if (code !== undefined || message !== undefined) {
    return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
  }
  for (const [field, complaints] of Object.entries(errors)) {
    if (!Array.isArray(complaints)) continue;
    const told = readError(complaints);
    return { code: told.code ?? field, message: `${field}: ${told.message ?? told.code ?? ''}` };
  }
  return {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function safeJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
