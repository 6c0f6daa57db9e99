import type { ErrorCode, ProviderFault } from '@mortise/contract';
import { EgressError } from '@mortise/platform/egress';
import { ProviderError, type Problem, type Provider } from '@mortise/providers/kit';
import { MortiseError } from '../kernel/index.ts';
import { ProviderCallError } from './caller.ts';

/** What went wrong at a provider, for whoever can do something about it. */
export interface Fault {
  fault: ProviderFault;
  /** How long the provider asked to wait. */
  retryAfterSeconds: number | null;
}

/** Which code the API answers each with: one for one, so that a program and a person can tell them apart. */
const codes: Record<ProviderFault, ErrorCode> = {
  client_missing: 'unprocessable',
  wrong_client: 'wrong_client',
  wrong_key: 'wrong_key',
  unreachable: 'provider_unreachable',
  unauthorized: 'needs_reconnect',
  forbidden: 'provider_forbidden',
  rate_limited: 'provider_rate_limited',
  provider_unavailable: 'provider_unavailable',
  provider_refused: 'provider_refused',
};

/** What it is and what to do, in words of ours: what a provider says may repeat a secret, in whatever language it likes. */
const words: Record<ProviderFault, (name: string) => [what: string, advice: string]> = {
  client_missing: (name) => [`The client id and secret of your ${name} app are missing.`, 'Enter both.'],
  wrong_client: (name) => [
    `${name} does not know this client id, or the secret is not its own.`,
    "Check both in the integration's settings.",
  ],
  wrong_key: (name) => [
    `${name} does not accept what was entered.`,
    'Check that it is complete and still in force there.',
  ],
  unreachable: (name) => [
    `${name} could not be reached.`,
    'Nothing has changed. Check the base URLs and the network, then try again.',
  ],
  unauthorized: (name) => [`${name} no longer accepts this connection.`, 'Connect the account again.'],
  forbidden: (name) => [
    `${name} does not allow this to the account: a permission or scope is missing.`,
    'Grant it there, then connect again.',
  ],
  rate_limited: (name) => [`${name} takes no more requests for now.`, 'Nothing has changed.'],
  provider_unavailable: (name) => [`${name} did not answer properly.`, 'Nothing has changed.'],
  provider_refused: (name) => [
    `${name} refused the request.`,
    "Check what was asked for, and the account's rights there.",
  ],
};

/** What went wrong, for whoever goes on by themselves. */
export const faultReason = ({ fault }: Fault, name: string): string => words[fault](name)[0];

/** What went wrong and what to do, with the time after which to try again. */
export function faultWords({ fault, retryAfterSeconds }: Fault, name: string): string {
  const said = words[fault](name).join(' ');
  if (retryAfterSeconds !== null) return `${said} Try again in ${retryAfterSeconds} s.`;
  return fault === 'rate_limited' || fault === 'provider_unavailable'
    ? `${said} Try again in a few minutes.`
    : said;
}

/**
 * What an error of a call, or of a step of connecting, means. Pure.
 *
 * @param step where it came up, which decides what a 401 and a 403 speak of: the token endpoint knows the client, and an
 *   API called with a key that a person has just entered knows the key
 */
export function faultOf(error: unknown, step: 'token' | 'key' | 'call'): Fault {
  const problem = problemOf(error);
  // What was entered, or asked for, holds what no request can carry.
  if (error instanceof EgressError && error.code === 'EGRESS_BAD_REQUEST')
    return { fault: step === 'key' ? 'wrong_key' : 'provider_refused', retryAfterSeconds: null };
  if (problem === undefined)
    return { fault: isAway(error) ? 'unreachable' : 'provider_unavailable', retryAfterSeconds: null };
  const retryAfterSeconds =
    problem.retryAfterMs === undefined ? null : Math.ceil(problem.retryAfterMs / 1000);
  const reconnect = error instanceof ProviderCallError && error.needsReconnect;
  const away = problem.kind === 'provider_error' && error instanceof Error && isAway(error.cause);
  return {
    fault: reconnect ? 'unauthorized' : away ? 'unreachable' : faultOfProblem(problem, step, statusOf(error)),
    retryAfterSeconds,
  };
}

function faultOfProblem(
  { kind, providerCode }: Problem,
  step: 'token' | 'key' | 'call',
  status: number | undefined,
): ProviderFault {
  switch (kind) {
    case 'rate_limited':
      return 'rate_limited';
    case 'provider_error':
      return 'provider_unavailable';
    case 'forbidden':
      if (isClient(providerCode)) return 'wrong_client';
      // A token endpoint says "401" of a client that it does not know (RFC 6749, section 5.2).
      return step === 'token' && status !== 403 ? 'wrong_client' : 'forbidden';
    case 'auth_expired':
    case 'revoked':
      if (step === 'token') return isClient(providerCode) ? 'wrong_client' : 'provider_refused';
      return step === 'key' ? 'wrong_key' : 'unauthorized';
    default:
      return isClient(providerCode) ? 'wrong_client' : 'provider_refused';
  }
}

/** Codes of RFC 6749, section 5.2, and what providers make of them. */
const isClient = (providerCode: string | undefined) => /client/i.test(providerCode ?? '');

const statusOf = (error: unknown) => (error instanceof ProviderError ? error.status : undefined);

function problemOf(error: unknown): Problem | undefined {
  return error instanceof ProviderError || error instanceof ProviderCallError ? error.problem : undefined;
}

/** No answer came: nobody there, a name that does not resolve, a connection that broke, or too long a silence. */
function isAway(error: unknown): boolean {
  return (
    error instanceof EgressError || (error instanceof Error && /^(?:Abort|Timeout)Error$/.test(error.name))
  );
}

/** A fault as the API tells it. @param cause for the operator alone */
export function faultError(fault: Fault, provider: Pick<Provider, 'name'>, cause?: unknown): MortiseError {
  const { retryAfterSeconds } = fault;
  return new MortiseError(codes[fault.fault], {
    detail: faultWords(fault, provider.name),
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    ...(cause === undefined ? {} : { cause }),
  });
}
