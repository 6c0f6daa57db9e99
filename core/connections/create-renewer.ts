import { setTimeout as timersSleep } from 'node:timers/promises';
import type { Database } from '@mortise/platform/database';
import { EgressError, type Egress, type EgressErrorCode } from '@mortise/platform/egress';
import { ProviderError, type Credential, type TokenSet } from '@mortise/providers/kit';
import { MortiseError, type Clock } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { swapCredential, takeLease, versionOf, type LeasedCredential } from './credential-store.ts';
import { httpThrough } from './fetch-through.ts';
import { targetOf, type ProviderTarget } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import { usualLeaseMs, type Renewer, type RenewalEnd, type RenewalJob } from './renewer.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface RenewerDeps {
  db: Database;
  vault: Vault;
  egress: Egress;
  clock: Clock;
  registry: ProviderRegistry;
  /** Default 30,000. */
  leaseMs?: number;
}

/** The token endpoint gets this share of the lease: what it answers must be stored before another may begin. */
const exchangeShare = 2 / 3;
/** A token endpoint has a few kilobytes to say. */
const maxAnswerBytes = 1024 * 1024;
const storeForMs = 60_000;

/** The request never left: the token in hand is as good as it was. */
const unsent: ReadonlySet<EgressErrorCode> = new Set([
  'EGRESS_BAD_URL',
  'EGRESS_BAD_REQUEST',
  'EGRESS_REFUSED_ADDRESS',
  'EGRESS_DNS',
]);

/**
 * Makes renewals in this process. The lease, the mark that the token endpoint is about to be asked, and the reading of
 * what it is asked with are one commit; the wait for it holds no transaction; and its answer is stored only over the
 * version it was made from.
 */
export function createRenewer(deps: RenewerDeps): Renewer {
  const { db, vault, clock, leaseMs = usualLeaseMs } = deps;
  const running = new Set<Promise<unknown>>();

  interface Leased extends LeasedCredential {
    target: ProviderTarget | ProviderError;
  }

  function lease({ tenantId, connectionId, version, owner }: RenewalJob): Promise<Leased | RenewalEnd> {
    return db.tenant(tenantId, async (tx) => {
      const taken = await takeLease(tx, vault, tenantId, connectionId, { version, owner, forMs: leaseMs });
      if (taken !== undefined) {
        const target = await targetOf(tx, deps, tenantId, taken.integration, taken.inputs).catch(asRefusal);
        return { ...taken, target };
      }
      const now = await versionOf(tx, tenantId, connectionId);
      if (now === undefined) return { kind: 'disconnected' };
      return { kind: now === version ? 'held' : 'superseded' };
    });
  }

  async function renew(job: RenewalJob): Promise<RenewalEnd> {
    const { tenantId, connectionId } = job;
    const leased = await lease(job);
    if ('kind' in leased) return leased;
    const { credential, inputs, target, interrupted } = leased;
    let tokens: TokenSet;
    try {
      if (target instanceof ProviderError) throw target;
      tokens = await ask(target, credential);
    } catch (error) {
      return refusal(error, leased);
    }
    const next = {
      credential: { kind: 'oauth2' as const, tokens },
      inputs,
      over: job.version,
      now: clock.now(),
    };
    const end = await persistently(() =>
      db.tenant(tenantId, async (tx): Promise<RenewalEnd> => {
        const version = await swapCredential(tx, vault, tenantId, connectionId, next);
        if (version !== undefined) return { kind: 'stored', version };
        // A person connected the account anew meanwhile, or a try before this one was committed and nobody heard of it.
        const there = await versionOf(tx, tenantId, connectionId);
        return { kind: there === undefined ? 'disconnected' : 'superseded' };
      }),
    );
    // Nobody will ever hold these tokens, so they must not live on.
    if (end.kind === 'disconnected') await revoke(target, tokens);
    return end;

    function refusal(error: unknown, { integration }: Leased): RenewalEnd {
      const { provider, client } =
        target instanceof ProviderError ? { provider: undefined, client: undefined } : target;
      const name = provider?.name ?? integration.provider;
      const problem =
        error instanceof ProviderError
          ? withoutSecrets(error.problem, credential, client)
          : { kind: 'provider_error' as const, message: `${name} could not be reached to renew the token` };
      const end = { kind: 'refused' as const, problem, unsure: interrupted || !isSettled(error) };
      return error instanceof EgressError ? { ...end, because: error.message } : end;
    }
  }

  async function ask(target: ProviderTarget, credential: Credential): Promise<TokenSet> {
    const { provider, hosts, client } = target;
    const { auth } = provider;
    if (auth.kind !== 'oauth2' || credential.kind !== 'oauth2') {
      throw new ProviderError({ kind: 'forbidden', message: 'Only what OAuth gave can be renewed' });
    }
    if (client === undefined) {
      throw new ProviderError({ kind: 'forbidden', message: 'The integration has no OAuth client any more' });
    }
    const context = { hosts, http: http(), now: () => clock.now(), client };
    return auth.grant === 'client_credentials'
      ? auth.clientCredentials(context)
      : auth.refresh({ ...context, tokens: credential.tokens });
  }

  async function revoke({ provider, hosts, client }: ProviderTarget, tokens: TokenSet): Promise<void> {
    if (provider.auth.kind !== 'oauth2' || client === undefined) return;
    await provider.auth
      .revoke({ hosts, http: http(), now: () => clock.now(), client, tokens })
      .catch(() => undefined);
  }

  const http = () => httpThrough(deps.egress, AbortSignal.timeout(leaseMs * exchangeShare), maxAnswerBytes);

  return {
    renew(job) {
      const own = renew(job).finally(() => running.delete(own));
      running.add(own);
      return own;
    },
    close: async () => void (await Promise.allSettled(running)),
  };
}

/** Whether what happened leaves no doubt that the provider has replaced nothing. */
function isSettled(error: unknown): boolean {
  if (error instanceof ProviderError) return error.status === undefined || error.status < 500;
  return error instanceof EgressError && unsent.has(error.code);
}

/** What is not installed, or does not run here, is refused like what a provider refuses: put off, not lost. */
function asRefusal(error: unknown): ProviderError {
  if (!(error instanceof MortiseError)) throw error;
  return new ProviderError({ kind: 'forbidden', message: error.message });
}

/**
 * The old tokens may be worthless by now, so a while without the database must not lose the new ones. An outcome that
 * nobody saw is no harm: over the version it has written itself the second try writes nothing. Past the lease it still
 * helps, since the version decides.
 */
async function persistently<T>(act: () => Promise<T>): Promise<T> {
  const until = Date.now() + storeForMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > until) throw error;
      await timersSleep(Math.min(attempt * 200, 2_000));
    }
  }
}
