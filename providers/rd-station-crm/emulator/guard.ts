import { gate } from '../../kit/emulator/index.ts';
import { limited, unauthorized } from './envelopes.ts';
import type { EmulatorRequest, EmulatorResponse, Handler, World } from '../../kit/emulator/index.ts';

/** A handler behind a good token and 120 requests a minute. The 429 tells the wait in whole seconds. */
export function guarded(
  world: World,
  handler: (request: EmulatorRequest, accountId: string) => EmulatorResponse,
): Handler {
  const limit = { requests: 120, perMs: 60_000 };
  const behind = gate(world, { credential: 'oauth2', limit, limited, unauthorized });
  return behind((request, account) => handler(request, account.id));
}
