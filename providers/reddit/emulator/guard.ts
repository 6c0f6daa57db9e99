import { bearerOf } from '../../kit/emulator/index.ts';
import { failure, limited } from './envelopes.ts';
import type {
  EmulatedAccount,
  EmulatorRequest,
  EmulatorResponse,
  Handler,
  World,
} from '../../kit/emulator/index.ts';

const WINDOW_MS = 600_000;
const REQUESTS = 600;

/** Names its app and its author, and not a library: others are throttled. */
const OWN_AGENT = /^[\w.-]+:[\w.-]+:\S+ \(by \/u\/[\w-]+\)$/;

/** The refusal of a generic User-Agent; how long it lasts is not published. */
export function agentProblem(request: EmulatorRequest): EmulatorResponse | undefined {
  return OWN_AGENT.test(request.headers['user-agent'] ?? '') ? undefined : limited('600');
}

/** A handler behind Reddit's gate: User-Agent, token, scope, and ten-minute windows of the whole client. */
export function guarded(
  world: World,
  scope: string,
  handler: (request: EmulatorRequest, account: EmulatedAccount) => EmulatorResponse,
): Handler {
  return (request) => {
    const generic = agentProblem(request);
    if (generic !== undefined) return generic;
    const found = world.tokens.find(bearerOf(request) ?? '', 'access');
    const account = world.definition.accounts.find((one) => one.id === found?.grant.accountId);
    if (found === undefined || account === undefined) return failure(401, 'Unauthorized', 'invalid_token');
    if (!found.grant.scopes.includes(scope)) return failure(403, 'Forbidden', 'insufficient_scope');

    const now = world.now();
    const window = Math.floor(now.getTime() / WINDOW_MS);
    const reset = Math.ceil(((window + 1) * WINDOW_MS - now.getTime()) / 1000);
    const taken = world.limits.take(`${found.grant.clientId}/${window}`, REQUESTS, WINDOW_MS);
    const response = taken.ok ? handler(request, account) : limited(String(reset));
    const headers = {
      date: now.toUTCString(),
      'x-ratelimit-used': String(REQUESTS - taken.remaining),
      'x-ratelimit-remaining': `${taken.remaining}.0`,
      'x-ratelimit-reset': String(reset),
    };
    return { ...response, headers: { ...response.headers, ...headers } };
  };
}
