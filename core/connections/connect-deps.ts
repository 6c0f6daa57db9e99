import type { Database } from '@mortise/platform/database';
import type { ProviderFault } from '@mortise/contract';
import type { Egress } from '@mortise/platform/egress';
import type { OAuthClient } from '@mortise/providers/kit';
import type { Events } from '../events/index.ts';
import { MortiseError, Reply, type Clock, type Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import type { ProviderTarget } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import { withAnswer } from './return-path.ts';

export interface ConnectDeps {
  db: Database;
  vault: Vault;
  events: Events;
  egress: Egress;
  hints: Hints;
  clock: Clock;
  registry: ProviderRegistry;
  publicUrl: string;
}

/** Why connecting did not work, as the dashboard learns it; its words are the dashboard's. */
export type ConnectFailure =
  | 'cancelled'
  | 'state_invalid'
  | 'other_browser'
  | 'wrong_account'
  | Exclude<ProviderFault, 'client_missing' | 'wrong_key'>;

export function redirectUriOf({ publicUrl }: ConnectDeps, provider: string): string {
  return new URL(`/api/integrations/callback/${provider}`, publicUrl).href;
}

/** Sends the browser on. Only words of ours go into the query: what the provider says is nobody's to click on. */
export function failedTo(
  path: string,
  code: ConnectFailure,
  about: { provider?: string; retryAfterSeconds?: number | null } = {},
): Reply<undefined> {
  const { provider, retryAfterSeconds } = about;
  const answer = {
    connect_error: code,
    ...(provider === undefined ? {} : { provider }),
    ...(retryAfterSeconds == null ? {} : { retry_after: String(retryAfterSeconds) }),
  };
  return new Reply(undefined, { location: withAnswer(path, answer) });
}

export function clientOf(target: ProviderTarget): OAuthClient {
  if (target.client === undefined) {
    throw new MortiseError('unprocessable', {
      detail: `Give this integration the client id and secret of your ${target.provider.name} app first.`,
    });
  }
  return target.client;
}
