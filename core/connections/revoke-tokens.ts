import type { Egress } from '@mortise/platform/egress';
import type { TokenSet } from '@mortise/providers/kit';
import type { Clock } from '../kernel/index.ts';
import { httpThrough } from './fetch-through.ts';
import type { ProviderReach } from './oauth-client.ts';

/** A provider that is away must not keep a person waiting for what is done here already. */
const patienceMs = 10_000;

/**
 * Asks the provider to forget tokens that nobody here holds any more. It may fail without harm here.
 *
 * @returns whether the provider confirmed that it no longer honours them
 */
export async function revokeTokens(
  deps: { egress: Egress; clock: Clock },
  { provider, hosts, client }: ProviderReach,
  tokens: TokenSet,
): Promise<boolean> {
  const { auth } = provider;
  if (auth.kind !== 'oauth2' || client === undefined) return false;
  const http = httpThrough(deps.egress, AbortSignal.timeout(patienceMs));
  try {
    await auth.revoke({ hosts, http, now: () => deps.clock.now(), client, tokens });
    return auth.revocable;
  } catch {
    return false;
  }
}
