import { setTimeout as timersSleep } from 'node:timers/promises';
import type { Database } from '@mortise/platform/database';
import { newTraceId } from '@mortise/platform/telemetry';
import type { Events } from '../events/index.ts';
import { backoffMs, MortiseError, newId, type Clock, type Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { ProviderCallError } from './caller.ts';
import { readCredential, type ReadCredential } from './credential-store.ts';
import { markNeedsReconnect } from './mark.ts';
import { dropLease } from './renewal-store.ts';
import { usualLeaseMs, type RenewalEnd, type Renewer } from './renewer.ts';

export interface RefreshDeps {
  db: Database;
  vault: Vault;
  events: Events;
  hints: Hints;
  clock: Clock;
  renewer: Renewer;
  /** As the renewer has it. Default 30,000. */
  leaseMs?: number;
}

const pollMs = 100;
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

/** Whose credential it is: bare ids, and the provider's name for what people read. */
export interface Renewable {
  tenantId: string;
  connectionId: string;
  provider: { name: string };
}

/** Both throw ProviderCallError, with needsReconnect when the provider will not renew it, without when it may later. */
export interface Refresher {
  /**
   * A credential other than the one of the version given and fresh, refreshed here or by whoever was faster.
   *
   * @throws MortiseError needs_reconnect when the account has been disconnected
   */
  newerThan(whose: Renewable, version: number): Promise<ReadCredential>;
  /**
   * Renews a credential whose token still works, unless somebody else is at it or was. One that cannot be renewed is
   * left to lapse.
   */
  ahead(whose: Renewable, version: number): Promise<void>;
}

type Outcome = 'stored' | 'held' | 'superseded';
type Refusal = Extract<RenewalEnd, { kind: 'refused' }>;

/**
 * One refresh at a time a credential, over all processes: callers in this process share one promise; processes share
 * a lease in the credential's row; and the result is stored only over the version it was made from.
 */
export function createRefresher(deps: RefreshDeps): Refresher {
  const { db, vault, clock, renewer, leaseMs = usualLeaseMs } = deps;
  const running = new Map<string, Promise<Outcome>>();

  async function read({ tenantId, connectionId }: Renewable): Promise<ReadCredential> {
    const found = await db.tenant(tenantId, (tx) => readCredential(tx, vault, tenantId, connectionId));
    if (found === undefined) throw disconnected();
    return found;
  }

  function renewOnce(whose: Renewable, version: number, ahead: boolean): Promise<Outcome> {
    const name = `${whose.connectionId}/${version}`;
    const shared = running.get(name);
    if (shared !== undefined) return shared;
    const own = renew(whose, version, ahead).finally(() => running.delete(name));
    running.set(name, own);
    return own;
  }

  async function renew(whose: Renewable, version: number, ahead: boolean): Promise<Outcome> {
    const { tenantId, connectionId } = whose;
    const owner = newId();
    const end = await renewer.renew({ tenantId, connectionId, version, owner });
    if (end.kind === 'disconnected') throw disconnected();
    return end.kind === 'refused' ? giveUp(whose, version, end, { owner, ahead }) : end.kind;
  }

  /** What follows from a refresh that gave nothing. */
  async function giveUp(
    whose: Renewable,
    version: number,
    { problem, unsure, clientRefused, otherAccount, because }: Refusal,
    { owner, ahead }: { owner: string; ahead: boolean },
  ): Promise<Outcome> {
    const { tenantId, connectionId, provider } = whose;
    const { version: current, credential, expiresAt, failures } = await read(whose);
    if (current !== version) return 'superseded';
    const now = clock.now();
    const cause = because === undefined ? {} : { cause: new Error(because) };
    // Some providers give no refresh token at all: such a connection is good until its token lapses. So is one whose
    // client was refused, or is another account's, which somebody may set right by then.
    const works = ahead && expiresAt !== undefined && expiresAt > now;
    const isOver = problem.kind === 'revoked' || clientRefused === true || otherAccount === true;
    const lapses =
      isOver && works && credential.kind === 'oauth2' && credential.tokens.refreshToken === undefined;
    if (isOver && !lapses) {
      const reason = otherAccount
        ? `The client of this integration opens another account of ${provider.name} by now. Set this account's own client in the settings and connect it again; to have both accounts, give each an integration of its own.`
        : clientRefused
          ? `${provider.name} no longer accepts the client id and secret of this integration. Check them in its settings, then connect the account again.`
          : unsure
            ? `${provider.name} no longer accepts this connection. An earlier renewal was interrupted before its answer was stored, and may have used the old token up. Connect the account again.`
            : `${provider.name} no longer accepts this connection: access was withdrawn or has lapsed. Connect the account again.`;
      const refused = { tenantId, connectionId, traceId: newTraceId(), version };
      if (!(await markNeedsReconnect(deps, refused, reason))) return 'superseded';
      throw new ProviderCallError({ ...problem, message: reason }, { needsReconnect: true, ...cause });
    }
    const wait = Math.max(
      backoffMs(failures + 1, retrySchedule) ?? longestRetryMs,
      problem.retryAfterMs ?? 0,
    );
    const retryAt = lapses ? expiresAt : new Date(now.getTime() + wait);
    await db.tenant(tenantId, (tx) => dropLease(tx, whose, { owner, retryAt, unsure }));
    throw new ProviderCallError(problem, cause);
  }

  return {
    async newerThan(whose, refused) {
      // Long enough to see a holder that died lose its lease, and one that then lives use its own.
      const deadline = Date.now() + 2 * leaseMs + 5_000;
      for (;;) {
        const current = await read(whose);
        if (current.version !== refused && isFresh(current, clock.now())) return current;
        const outcome =
          current.credential.kind === 'oauth2'
            ? await renewOnce(whose, current.version, false)
            : await giveUp(whose, current.version, enteredInVain, { owner: newId(), ahead: false });
        if (outcome === 'stored') return read(whose);
        if (outcome === 'superseded') continue;
        if (Date.now() > deadline) {
          throw new ProviderCallError({
            kind: 'provider_error',
            message: 'Another process has been renewing the token for too long',
          });
        }
        await timersSleep(pollMs);
      }
    },
    ahead: async (whose, version) => void (await renewOnce(whose, version, true)),
  };
}

/** What a person entered cannot be renewed by anybody else. */
const enteredInVain: Refusal = {
  kind: 'refused',
  problem: { kind: 'revoked', message: 'The provider no longer accepts what was entered' },
  unsure: false,
};

function disconnected(): MortiseError {
  return new MortiseError('needs_reconnect', { detail: 'The account was disconnected.' });
}
