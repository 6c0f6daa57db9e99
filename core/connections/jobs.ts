import type { Database } from '@mortise/platform/database';
import { MortiseError, type Clock } from '../kernel/index.ts';
import { ProviderCallError } from './caller.ts';
import { leaveToCalls, listDueCredentials, type DueCredential } from './credential-store.ts';
import type { ProviderRegistry } from './ports.ts';
import type { Refresher } from './refresh.ts';

export interface ConnectionJobDeps {
  db: Database;
  clock: Clock;
  registry: ProviderRegistry;
  refresher: Refresher;
  logger: { warn(details: object, message: string): void };
}

const batchSize = 200;
/**
 * Token endpoints are slow and few: fewer would not keep up with a thousand. No endpoint sees all of them, since egress
 * opens 16 connections to one origin; twice as many here keep those busy while others are being leased and stored.
 */
const atOnce = 32;

/**
 * The room's background work: tokens are renewed before anybody needs them, those of idle connections too, whose
 * refresh tokens would lapse otherwise.
 */
export function connectionJobs(deps: ConnectionJobDeps) {
  const { db, clock, refresher } = deps;

  /** A refusal is dealt with where it is found: marked, or put off. What is left over here is worth a line in the log. */
  async function refresh(due: DueCredential): Promise<void> {
    const { tenant_id: tenantId, connection_id: connectionId } = due;
    const provider = deps.registry.find(due.provider);
    if (provider === undefined) return;
    try {
      // Its provider wants tokens renewed when a call meets their end, and never ahead of it.
      if (provider.auth.kind === 'oauth2' && provider.auth.refreshOnlyOnDemand === true) {
        return await db.tenant(tenantId, (tx) => leaveToCalls(tx, tenantId, connectionId, due.version));
      }
      await refresher.ahead({ tenantId, connectionId, provider }, due.version);
    } catch (error) {
      const ordinary = error instanceof ProviderCallError || error instanceof MortiseError;
      if (!ordinary)
        deps.logger.warn({ err: error, tenantId, connectionId }, 'A token could not be refreshed');
    }
  }

  return {
    tasks: {
      /** Refreshes what is due, in batches across tenants, until nothing new is due. */
      'connections.refresh': {
        maxAttempts: 1,
        async handler(_payload: object, context: { signal: AbortSignal }): Promise<void> {
          const tried = new Set<string>();
          while (!context.signal.aborted) {
            const due = await db.engine((tx) => listDueCredentials(tx, clock.now(), batchSize + tried.size));
            const next = due.filter((one) => !tried.has(one.connection_id)).slice(0, batchSize);
            if (next.length === 0) return;
            for (const one of next) tried.add(one.connection_id);
            await eachAtOnce(next, context.signal, refresh);
          }
        },
      },
    },
    cron: [{ task: 'connections.refresh', every: '* * * * *' }] as const,
  };
}

/** Works a list off, some at a time; starts nothing more once the signal fires. */
async function eachAtOnce<T>(
  list: readonly T[],
  signal: AbortSignal,
  act: (one: T) => Promise<void>,
): Promise<void> {
  const rest = list.values();
  const work = async () => {
    for (const one of rest) {
      if (signal.aborted) return;
      await act(one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, work));
}
