import { setTimeout as timersSleep } from 'node:timers/promises';
import type { Database, Tx } from '@mortise/platform/database';
import { EgressError, type Egress, type EgressErrorCode } from '@mortise/platform/egress';
import { ProviderError, type TokenSet } from '@mortise/providers/kit';
import { MortiseError, type Clock } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { faultOf } from './fault.ts';
import { httpThrough } from './fetch-through.ts';
import { gather } from './gather.ts';
import { reachOf, type ProviderReach } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import {
  swapCredentials,
  takeLeases,
  versionsOf,
  type LeasedCredential,
  type Renewed,
} from './renewal-store.ts';
import { isByClient } from './show.ts';
import { usualLeaseMs, type Renewer, type RenewalEnd, type RenewalJob } from './renewer.ts';
import { revokeTokens } from './revoke-tokens.ts';
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

interface Leased extends LeasedCredential {
  /** Where to ask, or why nobody can. */
  target: ProviderReach | ProviderError;
  /** When the lease was taken at the earliest, by this process's own clock, in milliseconds. */
  since: number;
}

/**
 * Makes renewals in this process. The lease, the mark that the token endpoint is about to be asked, and the reading of
 * what it is asked with are one commit; the wait for it holds no transaction; and its answer is stored only over the
 * version it was made from. Renewals of one moment share their transactions.
 */
export function createRenewer(deps: RenewerDeps): Renewer {
  const { db, vault, clock, leaseMs = usualLeaseMs } = deps;
  const running = new Set<Promise<unknown>>();

  const lease = gather((jobs: readonly RenewalJob[]) => {
    const since = performance.now();
    return db.engine(async (tx) => {
      const taken = await takeLeases(tx, vault, jobs, leaseMs);
      const versions = await versionsOf(
        tx,
        jobs.filter((job) => !taken.has(job)),
      );
      const ends: (Leased | RenewalEnd | Error)[] = [];
      for (const job of jobs) {
        const one = taken.get(job);
        if (one === undefined) ends.push(untaken(job, versions.shift()));
        else ends.push(one instanceof Error ? one : await aimed(tx, job, { ...one, since }));
      }
      return ends;
    });
  });

  function aimed(tx: Tx, { tenantId }: RenewalJob, leased: Omit<Leased, 'target'>): Promise<Leased | Error> {
    return reachOf(tx, deps, tenantId, leased.integration, leased.inputs).then(
      (target) => ({ ...leased, target }),
      (error: unknown) => {
        // What is not installed, or does not run here, is refused like what a provider refuses: put off, not lost.
        if (error instanceof MortiseError)
          return { ...leased, target: new ProviderError({ kind: 'forbidden', message: error.message }) };
        return error instanceof Error ? error : new Error(String(error));
      },
    );
  }

  const store = (renewed: readonly Renewed[]) =>
    db.engine(async (tx): Promise<RenewalEnd[]> => {
      const stored = await swapCredentials(tx, vault, renewed);
      const versions = await versionsOf(
        tx,
        renewed.filter((_one, at) => stored[at] === undefined),
      );
      return stored.map((version) => {
        if (version !== undefined) return { kind: 'stored', version };
        // A person connected the account anew meanwhile, or a try before this one was committed and nobody heard of it.
        return { kind: versions.shift() === undefined ? 'disconnected' : 'superseded' };
      });
    });
  const storeWithOthers = gather(store);

  async function renew(job: RenewalJob): Promise<RenewalEnd> {
    let leased: Leased | RenewalEnd;
    do {
      leased = await lease(job);
      if ('kind' in leased) return leased;
      // Held up for long after it was taken, it might not outlast the question: then it is taken again, if it still can.
    } while (performance.now() - leased.since > leaseMs * (1 - exchangeShare));
    const { target } = leased;
    let tokens: TokenSet;
    try {
      if (target instanceof ProviderError) throw target;
      tokens = await ask(target, leased);
    } catch (error) {
      return refusal(error, leased);
    }
    const credential = { kind: 'oauth2' as const, tokens };
    const renewed = { ...job, credential, inputs: leased.inputs, over: job.version, now: clock.now() };
    // Alone from the second time on: what one of them cannot be stored for must not keep the others from it.
    const end = await persistently(async (attempt) =>
      attempt === 1 ? storeWithOthers(renewed) : (await store([renewed]))[0]!,
    );
    // Nobody will ever hold these tokens, so they must not live on.
    if (end.kind === 'disconnected') await revokeTokens(deps, target, tokens);
    return end;
  }

  async function ask(
    target: ProviderReach,
    { credential, accountId }: Pick<Leased, 'credential' | 'accountId'>,
  ): Promise<TokenSet> {
    const { provider, hosts, client } = target;
    const { auth } = provider;
    if (auth.kind !== 'oauth2' || credential.kind !== 'oauth2') {
      throw new ProviderError({ kind: 'forbidden', message: 'Only what OAuth gave can be renewed' });
    }
    if (client === undefined) {
      throw new ProviderError({ kind: 'forbidden', message: 'The integration has no OAuth client any more' });
    }
    const context = { hosts, http: http(), now: () => clock.now(), client };
    if (auth.grant !== 'client_credentials') return auth.refresh({ ...context, tokens: credential.tokens });
    // There is no refresh token: the client is exchanged anew, for the scopes that it was given.
    const { scopes } = credential.tokens;
    const given = await auth.clientCredentials({ ...context, ...(scopes === undefined ? {} : { scopes }) });
    const tokens = { ...(scopes === undefined ? {} : { scopes }), ...given };
    // The integration may have another client by now, of another account, whose data is none of this connection's.
    const opened = await provider
      .account({ ...context, credential: { kind: 'oauth2', tokens } })
      .catch((error: unknown) => {
        throw new Unnamed(provider.name, error);
      });
    if (opened.id !== accountId) throw new OtherAccount(provider.name);
    return tokens;
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

/** It is not known whose account the integration's client opens now. */
class Unnamed extends ProviderError {
  constructor(name: string, cause: unknown) {
    const retryAfterMs = cause instanceof ProviderError ? cause.problem.retryAfterMs : undefined;
    super({
      kind: 'provider_error',
      message: `${name} did not say whose account the token opens`,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** The integration's client opens another account than the connection's. */
class OtherAccount extends ProviderError {
  constructor(name: string) {
    super({ kind: 'forbidden', message: `The integration's client opens another account of ${name}` }, 403);
  }
}

const untaken = ({ version }: RenewalJob, now: number | undefined): RenewalEnd =>
  now === undefined ? { kind: 'disconnected' } : { kind: now === version ? 'held' : 'superseded' };

function refusal(error: unknown, { target, credential, integration, interrupted }: Leased): RenewalEnd {
  const { provider, client } = target instanceof ProviderError ? {} : target;
  const problem =
    error instanceof ProviderError
      ? withoutSecrets(error.problem, credential, client)
      : {
          kind: 'provider_error' as const,
          message: `${provider?.name ?? integration.provider} could not be reached to renew the token`,
        };
  const byClient = provider !== undefined && isByClient(provider);
  // The client is no worse for having been exchanged once more: only a refresh token can be used up.
  const unsure = !byClient && (interrupted || !isSettled(error));
  const isClients =
    byClient && error instanceof ProviderError && faultOf(error, 'token').fault === 'wrong_client';
  const end = {
    kind: 'refused' as const,
    problem,
    unsure,
    ...(isClients ? { clientRefused: true as const } : {}),
    ...(error instanceof OtherAccount ? { otherAccount: true as const } : {}),
  };
  return error instanceof EgressError ? { ...end, because: error.message } : end;
}

/** Whether what happened leaves no doubt that the provider has replaced nothing. */
function isSettled(error: unknown): boolean {
  if (error instanceof ProviderError) return error.status === undefined || error.status < 500;
  return error instanceof EgressError && unsent.has(error.code);
}

/**
 * The old tokens may be worthless by now, so a while without the database must not lose the new ones. An outcome that
 * nobody saw is no harm: over the version it has written itself the second try writes nothing. Past the lease it still
 * helps, since the version decides.
 */
async function persistently<T>(act: (attempt: number) => Promise<T>): Promise<T> {
  const until = Date.now() + storeForMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await act(attempt);
    } catch (error) {
      if (Date.now() > until) throw error;
      await timersSleep(Math.min(attempt * 200, 2_000));
    }
  }
}
