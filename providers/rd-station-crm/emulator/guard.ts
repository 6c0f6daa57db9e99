import { bearerOf } from '../../kit/emulator/index.ts';
import { limited, unauthorized } from './envelopes.ts';
import type { EmulatorRequest, EmulatorResponse, Handler, World } from '../../kit/emulator/index.ts';

const REQUESTS = 120;
const MINUTE_MS = 60_000;

/** A handler behind a good token and 120 requests a minute. The 429 tells the wait in whole seconds. */
export function guarded(
  world: World,
  handler: (request: EmulatorRequest, accountId: string) => EmulatorResponse,
): Handler {
  return (request) => {
    const found = world.tokens.find(bearerOf(request) ?? '', 'access');
    if (found === undefined) return unauthorized();
    const { accountId, clientId } = found.grant;
    const taken = world.limits.take(`${clientId}/${accountId}`, REQUESTS, MINUTE_MS);
    if (taken.ok) return handler(request, accountId);
    return limited(String(Math.ceil(taken.retryAfterMs / 1000)));
  };
}
