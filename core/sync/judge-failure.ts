import { ProviderError, type Problem } from '@mortise/providers/kit';
import { ProviderCallError } from '../connections/caller.ts';
import { faultOf, faultReason } from '../connections/fault.ts';
import { backoffMs, MortiseError } from '../kernel/index.ts';

const schedule = [30_000, 120_000, 600_000, 1_800_000];
/** Tries in a row without a page between them. */
export const maxFailures = schedule.length + 1;

export type FailureVerdict =
  | { kind: 'final'; reason: string }
  /** Nothing has failed: the resource was switched off. */
  | { kind: 'off'; reason: string }
  | { kind: 'again'; reason: string; afterMs: number; fromStart: boolean };

/**
 * What becomes of a run that could not go on. Pure. What a person has to mend ends it at once; what passes by itself
 * is tried again after 30 seconds, 2, 10 and 30 minutes, or when the provider says if that is later.
 *
 * @param failures how often it has failed in a row, this time included
 * @param options.resumed whether it stood at a cursor that an earlier process or try had got
 * @param random between 0 and 1
 */
export function judgeFailure(
  error: unknown,
  failures: number,
  options: { resumed?: boolean; random?: number } = {},
): FailureVerdict {
  const problem = problemOf(error);
  const reason = reasonOf(error);
  if (error instanceof ProviderCallError && error.needsReconnect) return { kind: 'final', reason };
  if (error instanceof MortiseError && error.code === 'feature_off') return { kind: 'off', reason };
  if (error instanceof MortiseError && (error.code === 'needs_reconnect' || error.code === 'not_found')) {
    return { kind: 'final', reason };
  }
  // A cursor lapses: the walk then begins anew, once, since it stands at no cursor the next time.
  let fromStart = false;
  if (problem !== undefined && problem.kind !== 'rate_limited' && problem.kind !== 'provider_error') {
    fromStart = options.resumed === true && (problem.kind === 'invalid' || problem.kind === 'not_found');
    if (!fromStart) return { kind: 'final', reason };
  }
  const waitMs = backoffMs(failures, schedule, options.random);
  if (waitMs === undefined) return { kind: 'final', reason: `${reason} (given up after ${failures} tries)` };
  return { kind: 'again', reason, afterMs: Math.max(waitMs, problem?.retryAfterMs ?? 0), fromStart };
}

/** In plain words. A refusal of what was asked for is quoted: only the provider can say which part it was. */
function reasonOf(error: unknown): string {
  const problem = problemOf(error);
  if (problem === undefined) return error instanceof Error ? error.message : String(error);
  if (error instanceof ProviderCallError && error.needsReconnect) return problem.message;
  const fault = faultOf(error, 'call');
  const said = faultReason(fault, 'The provider');
  return fault.fault === 'provider_refused' ? `${said} It said: ${problem.message}` : said;
}

function problemOf(error: unknown): Problem | undefined {
  return error instanceof ProviderCallError || error instanceof ProviderError ? error.problem : undefined;
}
