import { bearerOf } from '../../kit/emulator/index.ts';
import { badToken, failure, limited } from './envelopes.ts';
import type {
  EmulatedAccount,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

const HOUR_MS = 3_600_000;
const CALLS = 200;

export interface Caller {
  account: EmulatedAccount;
  scopes: string[];
}

/** What a call needs and gives. `id` is the path's first part, with `me` and both ids of the account made one. */
export type Act = (request: EmulatorRequest, caller: Caller, id: string) => EmulatorResponse;

/**
 * A versioned Graph route behind Instagram's gate: a good token in header or query, the permission, and the account's
 * allowance. The true one counts impressions over 24 hours (unconfirmed); here it is that of one impression, by hour.
 */
export function graphRoute(world: World, method: string, tail: string, scope: string, act: Act): Route {
  return {
    method,
    host: 'graph',
    path: `/:version${tail}`,
    handler: (request) => {
      const { id = 'me', version = '' } = request.params;
      if (!/^v\d+\.0$/.test(version)) {
        return failure(400, { code: 2500, message: `Unknown path components: ${request.path}` });
      }
      const token = bearerOf(request) ?? request.query.get('access_token') ?? '';
      const grant = world.tokens.find(token, 'access')?.grant;
      const account = world.definition.accounts.find((one) => one.id === grant?.accountId);
      if (grant === undefined || account === undefined) return badToken(world.tokens.knows(token));
      const taken = world.limits.take(account.id, CALLS, HOUR_MS);
      const usage = usageHeader(account.id, taken);
      if (!taken.ok) return limited(usage);
      if (!grant.scopes.includes(scope)) {
        const message = '(#10) Application does not have permission for this action';
        return failure(403, { code: 10, type: 'IGApiException', message }, usage);
      }
      const own = id === 'me' || id === account.user.id;
      const response = act(request, { account, scopes: grant.scopes }, own ? account.id : id);
      return { ...response, headers: { ...response.headers, ...usage } };
    },
  };
}

function usageHeader(
  accountId: string,
  { remaining, retryAfterMs }: { remaining: number; retryAfterMs: number },
): Record<string, string> {
  const percent = Math.round(100 - (remaining * 100) / CALLS);
  const usage = {
    type: 'instagram',
    call_count: percent,
    total_cputime: Math.round(percent / 4),
    total_time: Math.round(percent / 3),
    estimated_time_to_regain_access: Math.ceil(retryAfterMs / 60_000),
  };
  return { 'x-business-use-case-usage': JSON.stringify({ [accountId]: [usage] }) };
}
