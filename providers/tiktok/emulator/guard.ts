import { bearerOf } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import type {
  EmulatedAccount,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

const MINUTE_MS = 60_000;

export interface Caller {
  account: EmulatedAccount;
  scopes: string[];
}

/** An API route behind TikTok's gate: a good bearer token, one of the scopes, the endpoint's own limit. */
export function apiRoute(
  world: World,
  route: { method: string; path: string; scopes: readonly string[]; perMinute?: number },
  act: (request: EmulatorRequest, caller: Caller) => EmulatorResponse,
): Route {
  const { method, path, perMinute = 600 } = route;
  return {
    method,
    host: 'api',
    path,
    handler: (request) => {
      const grant = world.tokens.find(bearerOf(request) ?? '', 'access')?.grant;
      const account = world.definition.accounts.find((one) => one.id === grant?.accountId);
      if (grant === undefined || account === undefined) {
        return failure('access_token_invalid', 'The access token is invalid or not found in the request.');
      }
      if (!route.scopes.some((scope) => grant.scopes.includes(scope))) {
        return failure(
          'scope_not_authorized',
          'The user did not authorize the scope required for this request.',
        );
      }
      // Whether an app's accounts share the limit is unconfirmed: here they do.
      if (!world.limits.take(`${grant.clientId}${path}`, perMinute, MINUTE_MS).ok) {
        return failure('rate_limit_exceeded', 'The API rate limit was exceeded.');
      }
      return act(request, { account, scopes: grant.scopes });
    },
  };
}

/** The names in `fields`, or the refusal of none or an unknown one. */
export function readFields(request: EmulatorRequest, known: readonly string[]): string[] | EmulatorResponse {
  const names = (request.query.get('fields') ?? '').split(',').filter(Boolean);
  if (names.length === 0) return failure('invalid_params', 'Fields is required.');
  const unknown = names.find((name) => !known.includes(name));
  return unknown === undefined ? names : failure('invalid_params', `Invalid field: ${unknown}`);
}
