import { errorTable, type ErrorCode, type Problem } from '@mortise/contract';
import { MortiseError } from '@mortise/core/kernel';
import { faultError, faultOf, ProviderCallError } from '@mortise/core/connections';
import { EgressError } from '@mortise/platform/egress';
import type { FastifyError } from 'fastify';
import type { ZodError } from 'zod';

const byFastifyCode: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
};

/** What the libraries below refuse without a code of ours: a file that may not be read is one that is not there. */
const byStatus: Record<number, ErrorCode> = {
  403: 'not_found',
  404: 'not_found',
  413: 'payload_too_large',
  414: 'not_found',
};

/** What the database's driver says when there is no database: it is away, starts, stops, or takes no more connections. */
const databaseAway = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|57P0[1-3]|08\d{3}|53300)$/;

/** Whatever was thrown, as an error of the contract's table. What is not known becomes `internal` and tells nothing. */
export function toMortiseError(error: unknown): MortiseError {
  if (error instanceof MortiseError) return error;
  if (error instanceof ProviderCallError)
    return faultError(faultOf(error, 'call'), { name: 'The provider' }, error);
  if (error instanceof EgressError) {
    const code = error.retryable ? 'provider_unreachable' : 'unprocessable';
    return new MortiseError(code, { detail: error.message, cause: error });
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const known = byFastifyCode[error.code];
    if (known !== undefined) return new MortiseError(known, { detail: error.message, cause: error });
    // FATAL is said of a whole session, never of one statement.
    if (databaseAway.test(error.code) || ('severity' in error && error.severity === 'FATAL')) {
      return new MortiseError('not_ready', {
        detail: 'The database does not answer. Try again shortly.',
        retryAfterSeconds: 2,
        cause: error,
      });
    }
    if (error.code === '23505')
      return new MortiseError('conflict', {
        detail: 'Something else was made under the same name just now. Try again.',
        cause: error,
      });
  }
  if (
    error instanceof Error &&
    /^Connection terminated|timeout exceeded when trying to connect/.test(error.message)
  ) {
    return new MortiseError('not_ready', {
      detail: 'The database does not answer. Try again shortly.',
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  const status = (error as Partial<FastifyError>).statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    return new MortiseError(byStatus[status] ?? 'invalid_request', { cause: error });
  }
  return new MortiseError('internal', { cause: error });
}

/** The input was not what the contract says; each field with what is wrong. */
export function invalidInput(error: ZodError, part: string): MortiseError {
  const issues = error.issues.map((issue) => ({
    path: [part, ...issue.path].join('.'),
    message: issue.message,
  }));
  const [first] = issues;
  return new MortiseError('invalid_request', {
    detail: first === undefined ? 'The input is not valid.' : `${first.path}: ${first.message}`,
    issues,
  });
}

export function toProblem(error: MortiseError, requestId: string): Problem {
  return {
    type: `/api/docs#${error.code}`,
    title: errorTable[error.code].title,
    status: error.status,
    code: error.code,
    requestId,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.issues === undefined ? {} : { issues: error.issues }),
  };
}
