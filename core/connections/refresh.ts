import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@mortise/platform/database';
import type { Egress } from '@mortise/platform/egress';
import { newTraceId } from '@mortise/platform/telemetry';
import { ProviderError } from '@mortise/providers/kit';
import type { Events } from '../events/index.ts';
import { MortiseError, newId, type Clock, type Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { ProviderCallError } from './caller.ts';
import { dropLease, readCredential, swapCredential, takeLease, type ReadCredential } from './credential-store.ts';
import { httpThrough } from './fetch-through.ts';
import { markNeedsReconnect } from './mark.ts';
import type { ProviderTarget } from './oauth-client.ts';

export interface RefreshDeps {
  db: Database;
  vault: Vault;
  events: Events;
  egress: Egress;
  hints: Hints;
  clock: Clock;
}

/** A token that lapses within this time is not used any more: the request may be on its way for as long. */
const leastLifeMs = 60_000;
const pollMs = 100;
const patienceMs = 35_000;

/** Whether a credential can be used as it is. */
export function isFresh(read: ReadCredential, now: Date): boolean {
  return read.expiresAt === undefined || read.expiresAt.getTime() - now.getTime() > leastLifeMs;
}

export interface Refresher {
  /**
   * A credential that is newer than the version given, refreshed here or by whoever was faster.
   *
   * @throws ProviderCallError with needsReconnect when the provider will not renew it; without, when it may later
   */
  newerThan(target: { tenantId: string; connectionId: string }, provider: ProviderTarget, version: number): Promise<ReadCredential>;
}

/**
 * One refresh at a time a credential, over all processes: callers in this process share one promise; processes share
 * a lease in the credential's row; and the result is stored only over the version it was made from. The wait for the
 * token endpoint holds no transaction.
 */
export function createRefresher(deps: RefreshDeps): Refresher {
  const { db, vault, clock } = deps;
  const running = new Map<string, Promise<ReadCredential>>();

  async function read(tenantId: string, connectionId: string): Promise<ReadCredential> {
    const found = await db.tenant(tenantId, (tx) => readCredential(tx, vault, tenantId, connectionId));
    if (found === undefined) throw new MortiseError('needs_reconnect', { detail: 'The account was disconnected.' });
    return found;
  }

  async function refresh(
    { tenantId, connectionId }: { tenantId: string; connectionId: string },
    target: ProviderTarget,
    version: number,
  ): Promise<ReadCredential> {
    const owner = newId();
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const current = await read(tenantId, connectionId);
      if (current.version > version) return current;
      if (await db.tenant(tenantId, (tx) => takeLease(tx, tenantId, connectionId, { version, owner }))) {
        return renew(current);
      }
      if (Date.now() > deadline) {
        throw new ProviderCallError({ kind: 'provider_error', message: 'Another process has been renewing the token for too long' });
      }
      await sleep(pollMs);
    }

    async function renew(current: ReadCredential): Promise<ReadCredential> {
      const { provider, hosts, client } = target;
      try {
        if (provider.auth.kind !== 'oauth2' || current.credential.kind !== 'oauth2' || client === undefined) {
          throw new ProviderError({ kind: 'revoked', message: 'The provider no longer accepts what was entered' });
        }
        const tokens = await provider.auth.refresh({
          hosts,
          http: httpThrough(deps.egress),
          now: () => clock.now(),
          client,
          tokens: current.credential.tokens,
        });
        const credential = { kind: 'oauth2' as const, tokens };
        const next = { credential, over: version, now: clock.now() };
        const stored = await db.tenant(tenantId, (tx) => swapCredential(tx, vault, tenantId, connectionId, next));
        // A person who connected the account anew meanwhile has given a credential newer than this one.
        if (!stored) return await read(tenantId, connectionId);
        return { credential, version: version + 1, expiresAt: tokens.expiresAt };
      } catch (error) {
        await db.tenant(tenantId, (tx) => dropLease(tx, tenantId, connectionId, owner));
        if (error instanceof ProviderError && error.kind === 'revoked') {
          const reason = `${provider.name} no longer accepts this connection: access was withdrawn or has lapsed. Connect the account again.`;
          await markNeedsReconnect(deps, { tenantId, connectionId, traceId: newTraceId() }, reason);
          throw new ProviderCallError({ ...error.problem, message: reason }, { needsReconnect: true, cause: error });
        }
        if (error instanceof ProviderError) throw new ProviderCallError(error.problem, { cause: error });
        throw new ProviderCallError(
          { kind: 'provider_error', message: `${provider.name} could not be reached to renew the token` },
          { cause: error },
        );
      }
    }
  }

  return {
    newerThan(target, provider, version) {
      const name = `${target.connectionId}/${version}`;
      const shared = running.get(name);
      if (shared !== undefined) return shared;
      const own = refresh(target, provider, version).finally(() => running.delete(name));
      running.set(name, own);
      return own;
    },
  };
}
