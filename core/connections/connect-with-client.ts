import type { Account, Credential, OAuth2Auth, TokenSet } from '@mortise/providers/kit';
import { clientOf, type ConnectDeps } from './connect-deps.ts';
import { faultError, faultOf } from './fault.ts';
import { httpThrough } from './fetch-through.ts';
import type { ProviderTarget } from './oauth-client.ts';

/** What a provider gave the integration's own OAuth client, and whose account that is. */
export interface ClientGrant {
  account: Account;
  scopes: string[];
  credential: Credential;
}

/**
 * Exchanges the integration's own OAuth client for a token, with nobody asked (RFC 6749 4.4), and asks whose account it
 * opens. Scopes stay with the token, so that each renewal, which is the same exchange, asks for the same.
 *
 * @param scopes those of the integration; null: the provider's standard ones
 * @throws MortiseError unprocessable without a client; wrong_client and the other faults of a provider, in our words
 */
export async function grantOfClient(
  deps: Pick<ConnectDeps, 'egress' | 'clock'>,
  { target, auth, scopes }: { target: ProviderTarget; auth: OAuth2Auth; scopes: readonly string[] | null },
  signal: AbortSignal,
): Promise<ClientGrant> {
  const { provider, hosts } = target;
  const client = clientOf(target);
  const asked = scopes ?? auth.scopes;
  const context = { hosts, http: httpThrough(deps.egress, signal), now: () => deps.clock.now(), client };
  let tokens: TokenSet;
  try {
    tokens = await auth.clientCredentials({ ...context, scopes: asked });
  } catch (error) {
    throw faultError(faultOf(error, 'token'), provider);
  }
  // A reply that names no scopes means those that were asked for (RFC 6749 5.1).
  const granted = tokens.scopes ?? [...asked];
  const credential = { kind: 'oauth2' as const, tokens: { ...tokens, scopes: granted } };
  try {
    return { account: await provider.account({ ...context, credential }), scopes: granted, credential };
  } catch (error) {
    throw faultError(faultOf(error, 'call'), provider);
  }
}
