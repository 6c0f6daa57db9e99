import { setTimeout as timersSleep } from 'node:timers/promises';
import type { Database } from '@mortise/platform/database';
import type { Egress } from '@mortise/platform/egress';
import { newTraceId } from '@mortise/platform/telemetry';
import { ProviderError, type Credential, type Problem, type TokenSet } from '@mortise/providers/kit';
import type { Events } from '../events/index.ts';
import { backoffMs, MortiseError, newId, type Clock, type Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { ProviderCallError } from './caller.ts';
import {
  dropLease,
  readCredential,
  swapCredential,
  takeLease,
  type ReadCredential,
} from './credential-store.ts';
import { httpThrough } from './fetch-through.ts';
import { markNeedsReconnect } from './mark.ts';
import type { ProviderTarget } from './oauth-client.ts';
import { safeCause, withoutSecrets } from './without-secrets.ts';

export interface RefreshDeps {
  db: Database;
  vault: Vault;
  events: Events;
  egress: Egress;
  hints: Hints;
  clock: Clock;
  /** How long the right to refresh is held, in milliseconds by the database's clock. Default 30,000. */
  leaseMs?: number;
}

const usualLeaseMs = 30_000;
/** The token endpoint gets this share of the lease: what it answers must be stored before another may begin. */
const exchangeShare = 2 / 3;
const pollMs = 100;
const storeTries = 8;
const retrySchedule = [60_000, 2 * 60_000, 5 * 60_000, 10 * 60_000, 30 * 60_000];
const longestRetryMs = 60 * 60_000;

/**
 * How much of a token's life is not used any more, because a request may be on its way for as long: a minute, and half
 * of what the background leaves for refreshing when a life is too short for that.
 */
function leastLifeMs({ expiresAt, refreshAt }: ReadCredential): number {
  if (expiresAt === undefined || refreshAt === undefined) return 0;
  const ahead = expiresAt.getTime() - refreshAt.getTime();
  return Math.min(60_000, Math.max(2_000, ahead / 2));
}

/** Whether a credential can be used as it is. */
export function isFresh(read: ReadCredential, now: Date): boolean {
  return read.expiresAt === undefined || read.expiresAt.getTime() - now.getTime() > leastLifeMs(read);
}

export interface Refresher {
  /**
   * A credential other than the one of the version given and fresh, refreshed here or by whoever was faster.
   *
   * @param options.ahead when the token at hand still works: one that cannot be renewed is then left to lapse
   * @throws ProviderCallError with needsReconnect when the provider will not renew it; without, when it may later
   * @throws MortiseError needs_reconnect when the account has been disconnected
   */
  newerThan(
    connection: { tenantId: string; connectionId: string },
    target: ProviderTarget,
    version: number,
    options?: { ahead?: boolean },
  ): Promise<ReadCredential>;
}

/**
 * One refresh at a time a credential, over all processes: callers in this process share one promise; processes share
 * a lease in the credential's row; and the result is stored only over the version it was made from. The wait for the
 * token endpoint holds no transaction.
 */
export function createRefresher(deps: RefreshDeps): Refresher {
  const { db, vault, clock, leaseMs = usualLeaseMs } = deps;
  const running = new Map<string, Promise<ReadCredential>>();

  async function refresh(
    connection: { tenantId: string; connectionId: string },
    target: ProviderTarget,
    refused: number,
    ahead: boolean,
  ): Promise<ReadCredential> {
    const { tenantId, connectionId } = connection;
    const owner = newId();
    // Long enough to see a holder that died lose its lease, and one that then lives use its own.
    const deadline = Date.now() + 2 * leaseMs + 5_000;
    for (;;) {
      const current = await db.tenant(tenantId, (tx) => readCredential(tx, vault, tenantId, connectionId));
      if (current === undefined) throw disconnected();
      if (current.version !== refused && isFresh(current, clock.now())) return current;
      const { version } = current;
      if (
        await db.tenant(tenantId, (tx) =>
          takeLease(tx, tenantId, connectionId, { version, owner, forMs: leaseMs }),
        )
      ) {
        return renew(connection, target, current, owner, ahead);
      }
      if (Date.now() > deadline) {
        throw new ProviderCallError({
          kind: 'provider_error',
          message: 'Another process has been renewing the token for too long',
        });
      }
      await timersSleep(pollMs);
    }
  }

  async function renew(
    connection: { tenantId: string; connectionId: string },
    target: ProviderTarget,
    current: ReadCredential,
    owner: string,
    ahead: boolean,
  ): Promise<ReadCredential> {
    const { tenantId, connectionId } = connection;
    let tokens: TokenSet;
    try {
      tokens = await ask(target, current.credential);
    } catch (error) {
      return await giveUp(connection, target, current, { error, owner, ahead });
    }
    const credential = { kind: 'oauth2' as const, tokens };
    const { inputs } = current;
    const next = { credential, inputs, over: current.version, now: clock.now() };
    const found = await persistently(() =>
      db.tenant(tenantId, async (tx) => {
        await swapCredential(tx, vault, tenantId, connectionId, next);
        // Ours, or that of a person who connected the account anew meanwhile, which is newer than this one.
        return readCredential(tx, vault, tenantId, connectionId);
      }),
    );
    if (found !== undefined) return found;
    // Disconnected while the provider was asked: nobody will ever hold these tokens, so they must not live on.
    await revoke(target, tokens);
    throw disconnected();
  }

  function ask(target: ProviderTarget, credential: Credential): Promise<TokenSet> {
    const { provider, hosts, client } = target;
    const { auth } = provider;
    if (auth.kind !== 'oauth2' || credential.kind !== 'oauth2') {
      throw new ProviderError({
        kind: 'revoked',
        message: 'The provider no longer accepts what was entered',
      });
    }
    if (client === undefined) {
      throw new ProviderError({ kind: 'forbidden', message: 'The integration has no OAuth client any more' });
    }
    const http = httpThrough(deps.egress, AbortSignal.timeout(leaseMs * exchangeShare));
    const context = { hosts, http, now: () => clock.now(), client };
    return auth.grant === 'client_credentials'
      ? auth.clientCredentials(context)
      : auth.refresh({ ...context, tokens: credential.tokens });
  }

  async function revoke({ provider, hosts, client }: ProviderTarget, tokens: TokenSet): Promise<void> {
    if (provider.auth.kind !== 'oauth2' || client === undefined) return;
    const http = httpThrough(deps.egress, AbortSignal.timeout(leaseMs * exchangeShare));
    await provider.auth
      .revoke({ hosts, http, now: () => clock.now(), client, tokens })
      .catch(() => undefined);
  }

  /** What follows from a refresh that gave nothing. */
  async function giveUp(
    { tenantId, connectionId }: { tenantId: string; connectionId: string },
    { provider, client }: ProviderTarget,
    current: ReadCredential,
    { error, owner, ahead }: { error: unknown; owner: string; ahead: boolean },
  ): Promise<ReadCredential> {
    const { credential, version, expiresAt, failures } = current;
    const now = clock.now();
    const problem: Problem =
      error instanceof ProviderError
        ? withoutSecrets(error.problem, credential, client)
        : { kind: 'provider_error', message: `${provider.name} could not be reached to renew the token` };
    // Some providers give no refresh token at all: such a connection is good until its token lapses.
    const works = ahead && expiresAt !== undefined && expiresAt > now;
    const lapses = works && credential.kind === 'oauth2' && credential.tokens.refreshToken === undefined;
    if (problem.kind === 'revoked' && !lapses) {
      const reason = `${provider.name} no longer accepts this connection: access was withdrawn or has lapsed. Connect the account again.`;
      if (
        await markNeedsReconnect(deps, { tenantId, connectionId, traceId: newTraceId(), version }, reason)
      ) {
        throw new ProviderCallError(
          { ...problem, message: reason },
          { needsReconnect: true, ...safeCause(error) },
        );
      }
      const newer = await db.tenant(tenantId, (tx) => readCredential(tx, vault, tenantId, connectionId));
      if (newer === undefined) throw disconnected();
      return newer;
    }
    const wait = Math.max(
      backoffMs(failures + 1, retrySchedule) ?? longestRetryMs,
      problem.retryAfterMs ?? 0,
    );
    const retryAt = lapses && expiresAt !== undefined ? expiresAt : new Date(now.getTime() + wait);
    await db.tenant(tenantId, (tx) => dropLease(tx, tenantId, connectionId, { owner, retryAt }));
    throw new ProviderCallError(problem, safeCause(error));
  }

  return {
    newerThan(connection, target, version, options = {}) {
      const name = `${connection.connectionId}/${version}`;
      const shared = running.get(name);
      if (shared !== undefined) return shared;
      const own = refresh(connection, target, version, options.ahead === true).finally(() =>
        running.delete(name),
      );
      running.set(name, own);
      return own;
    },
  };
}

/**
 * The old tokens may be worthless by now, so a moment without the database must not lose the new ones. An outcome that
 * nobody saw is no harm: over the version it has written itself the second try writes nothing.
 */
async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === storeTries) throw error;
      await timersSleep(attempt * 200);
    }
  }
}

function disconnected(): MortiseError {
  return new MortiseError('needs_reconnect', { detail: 'The account was disconnected.' });
}
