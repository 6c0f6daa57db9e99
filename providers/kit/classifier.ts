import { parseRetryAfter } from './parse-retry-after.ts';
import type { HttpResponse, Problem, ProblemKind, Verdict } from './types.ts';

export interface ClassifierOptions {
  /** The provider's own code, message and request id out of the parsed body (undefined when it is not JSON). */
  read?: (body: unknown, response: HttpResponse) => { code?: string; message?: string; requestId?: string };
  /** Kinds by the provider's code: they win over the status. `'ok'` is never a problem. */
  codes?: Readonly<Record<string, ProblemKind>>;
  /** Kinds by status, over the usual ones. */
  statuses?: Readonly<Record<number, ProblemKind>>;
  /** Finds the error inside a 2xx: true when the read code makes it a problem even if `codes` lacks it. */
  isErrorIn200?: (body: unknown) => boolean;
  /** Wait told elsewhere than in Retry-After. */
  retryAfterMs?: (response: HttpResponse, now: Date) => number | undefined;
}

const USUAL: Readonly<Record<number, ProblemKind>> = {
  401: 'auth_expired',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  410: 'not_found',
  412: 'conflict',
  429: 'rate_limited',
};

/** A wait that is asked for counts up to here, 31 days: past some thousand years it would fit into no date. */
const mostWaitMs = 31 * 86_400_000;

/**
 * Makes an `api.classify`: by the provider's code first, then by status (2xx ok, 408 and 5xx provider_error, other
 * 4xx invalid; a 3xx is provider_error, since redirects are the caller's to follow). Pure, and total: a body that
 * is not JSON is judged by its status.
 */
export function classifier(options: ClassifierOptions = {}): (response: HttpResponse, now: Date) => Verdict {
  return (response, now) => {
    const body = parse(response);
    const read = options.read?.(body, response) ?? {};
    const succeeded = response.status >= 200 && response.status < 300;
    const byCode = read.code === undefined ? undefined : options.codes?.[read.code];
    if (succeeded && byCode === undefined && options.isErrorIn200?.(body) !== true)
      return { kind: 'ok', message: '' };
    const kind =
      byCode ?? options.statuses?.[response.status] ?? USUAL[response.status] ?? rest(response.status);
    const problem: Problem = { kind, message: read.message ?? `the provider answered ${response.status}` };
    if (read.code !== undefined) problem.providerCode = read.code;
    if (read.requestId !== undefined) problem.providerRequestId = read.requestId;
    const wait =
      parseRetryAfter(response.headers['retry-after'], now) ?? options.retryAfterMs?.(response, now);
    if (wait !== undefined) problem.retryAfterMs = Math.min(wait, mostWaitMs);
    return problem;
  };
}

function rest(status: number): ProblemKind {
  return status >= 400 && status < 500 && status !== 408 ? 'invalid' : 'provider_error';
}

function parse(response: HttpResponse): unknown {
  try {
    return response.json();
  } catch {
    return undefined;
  }
}
