import { bearerOf } from '../../kit/emulator/index.ts';
import { limited, unauthorized } from './envelopes.ts';
import type { EmulatorRequest, EmulatorResponse, Handler, World } from '../../kit/emulator/index.ts';

const MINUTE_MS = 60_000;

/** Requests a minute by plan; segmentations are counted apart. */
const PLANS = {
  Pro: { default: 120, segmentations: 120 },
  Advanced: { default: 500, segmentations: 240 },
} as const;

/** A handler behind a good token and the limits of the account's plan. */
export function guarded(
  world: World,
  handler: (request: EmulatorRequest, accountId: string) => EmulatorResponse,
  budget: 'default' | 'segmentations' = 'default',
): Handler {
  return (request) => {
    const token = bearerOf(request) ?? '';
    const found = world.tokens.find(token, 'access');
    if (found === undefined) return unauthorized(world.tokens.knows(token));
    const { accountId } = found.grant;
    const account = world.definition.accounts.find((one) => one.id === accountId);
    const max = PLANS[account?.detail === 'Advanced' ? 'Advanced' : 'Pro'][budget];
    const taken = world.limits.take(`${accountId}/${budget}`, max, MINUTE_MS);
    return taken.ok
      ? handler(request, accountId)
      : limited(max, String(Math.ceil(taken.retryAfterMs / 1000)));
  };
}
