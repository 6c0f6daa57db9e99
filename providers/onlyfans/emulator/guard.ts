import { bearerOf } from '../../kit/emulator/index.ts';
import { refused, UNAUTHORIZED } from './envelopes.ts';
import type { Meta } from './envelopes.ts';
import type {
  EmulatedAccount,
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Handler,
  World,
} from '../../kit/emulator/index.ts';

const REQUESTS = 60;
const MINUTE_MS = 60_000;

/** Who calls: the team, and what its key has left this minute. */
export interface Caller {
  team: EmulatedAccount;
  meta: Meta;
}

/** A handler behind the gateway's gate: a key, and the plan's requests a minute. */
export function guarded(
  world: World,
  handler: (request: EmulatorRequest, caller: Caller) => EmulatorResponse,
): Handler {
  return (request) => {
    const key = bearerOf(request);
    const team = world.definition.accounts.find((one) => one.apiKey === key);
    if (key === undefined || team === undefined) return refused(401, UNAUTHORIZED);
    const taken = world.limits.take(team.id, REQUESTS, MINUTE_MS);
    if (!taken.ok) return refused(429, 'Too Many Attempts.');
    return handler(request, { team, meta: { limit: REQUESTS, remaining: taken.remaining } });
  };
}

/**
 * Such a handler for what stands under a creator. Which status an expired session of a creator has is not
 * published: 403 stands in for it.
 */
export function underCreator(
  world: World,
  handler: (request: EmulatorRequest, caller: Caller, creator: EmulatedRecord) => EmulatorResponse,
): Handler {
  return guarded(world, (request, caller) => {
    const creator = world.records.get(caller.team.id, 'creators', request.params['account'] ?? '');
    if (creator === undefined || creator.archivedAt !== undefined) return refused(404, 'Account not found.');
    if (creator.fields['is_authenticated'] !== 'true')
      return refused(403, 'The session of this account has expired: authenticate it again.');
    return handler(request, caller, creator);
  });
}
