import { bearerOf } from '../../kit/emulator/index.ts';
import { failure, limited } from './envelopes.ts';
import type { EmulatorRequest, EmulatorResponse, Handler, World } from '../../kit/emulator/index.ts';

const TEN_SECONDS_MS = 10_000;
const BURST = 110;
const SEARCHES = 5;

/** Who calls: the portal and what it was allowed. */
export interface Caller {
  accountId: string;
  clientId: string;
  scopes: string[];
  userId: string;
}

/**
 * A handler behind HubSpot's gate: a good bearer token, the scope the call needs, and the limits, which a search
 * counts apart from everything else. Rate headers stand on every answer but a search's.
 */
export function guarded(
  world: World,
  needs: { scope?: (request: EmulatorRequest) => string; search?: boolean },
  handler: (request: EmulatorRequest, caller: Caller) => EmulatorResponse,
): Handler {
  return (request) => {
    const token = bearerOf(request);
    if (token === undefined) {
      return failure(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
    }
    const found = world.tokens.find(token, 'access');
    if (found === undefined) {
      const known = world.tokens.knows(token);
      return known
        ? failure(
            401,
            'EXPIRED_AUTHENTICATION',
            'The OAuth token used to make this call expired or was revoked.',
          )
        : failure(401, 'INVALID_AUTHENTICATION', 'The access token is not valid.');
    }
    const { accountId, clientId, scopes } = found.grant;
    const scope = needs.scope?.(request);
    if (scope !== undefined && !scopes.includes(scope)) {
      const message = "This app hasn't been granted all required scopes to make this call.";
      return failure(403, 'MISSING_SCOPES', message, {
        errors: [{ message, context: { requiredGranularScopes: [scope] } }],
      });
    }
    const key = `${clientId}/${accountId}`;
    if (needs.search === true) {
      if (!world.limits.take(`${key}/search`, SEARCHES, 1000).ok) return limited('SECONDLY');
      return handler(request, callerOf(world, accountId, clientId, scopes));
    }
    const taken = world.limits.take(key, BURST, TEN_SECONDS_MS);
    const response = taken.ok
      ? handler(request, callerOf(world, accountId, clientId, scopes))
      : limited('TEN_SECONDLY_ROLLING');
    response.headers = {
      ...response.headers,
      'x-hubspot-ratelimit-max': String(BURST),
      'x-hubspot-ratelimit-remaining': String(taken.remaining),
      'x-hubspot-ratelimit-interval-milliseconds': String(TEN_SECONDS_MS),
    };
    return response;
  };
}

function callerOf(world: World, accountId: string, clientId: string, scopes: string[]): Caller {
  const account = world.definition.accounts.find((one) => one.id === accountId);
  return { accountId, clientId, scopes, userId: account?.user.id ?? '0' };
}
