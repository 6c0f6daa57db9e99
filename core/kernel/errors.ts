import { errorTable, type ErrorCode } from '@mortise/contract';

export interface ErrorOptions {
  /** What the caller may read: what is wrong here and what to do. */
  detail?: string;
  /** Field by field, when the input was not valid. */
  issues?: { path: string; message: string }[];
  /** Seconds after which trying again makes sense. */
  retryAfterSeconds?: number;
  /** What only the operator may read, in the log. */
  cause?: unknown;
}

/** An error with a code of the contract's table: what a caller may see, and apart from it what an operator reads. */
export class MortiseError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly issues: { path: string; message: string }[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    super(options.detail ?? errorTable[code].title, { cause: options.cause });
    this.name = 'MortiseError';
    this.code = code;
    this.status = errorTable[code].status;
    this.detail = options.detail;
    this.issues = options.issues;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The error for what is not there and for what the caller may not know is there: they must look the same. */
export function notFound(): MortiseError {
  return new MortiseError('not_found');
}
