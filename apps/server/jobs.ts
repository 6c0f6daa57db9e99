import type { connectionJobs } from '@mortise/core/connections';
import type { consentJobs } from '@mortise/core/consent';
import type { deliveryJobs } from '@mortise/core/delivery';
import type { eventJobs } from '@mortise/core/events';
import type { Ingest } from '@mortise/core/ingest';
import type { createSync } from '@mortise/core/sync';
import type { vaultJobs } from '@mortise/core/vault';
import type { Database, Tx } from '@mortise/platform/database';
import type { Logger } from '@mortise/platform/telemetry';

const dayMs = 86_400_000;

/** Partitions of today and the two days to come, so that a missed night harms nothing. */
async function ensurePartitions(tx: Tx): Promise<void> {
  for (const days of [0, 1, 2]) {
    await tx.query('call ensure_partitions($1)', [
      new Date(Date.now() + days * dayMs).toISOString().slice(0, 10),
    ]);
  }
}

/** The whole background surface in one table: what runs, how often it is tried, and when it runs by itself. */
export function backgroundJobs(deps: {
  db: Database;
  connections: ReturnType<typeof connectionJobs>;
  consent: ReturnType<typeof consentJobs>;
  delivery: ReturnType<typeof deliveryJobs>;
  events: ReturnType<typeof eventJobs>;
  ingest: Pick<Ingest, 'jobs'>;
  sync: ReturnType<typeof createSync>;
  vault: ReturnType<typeof vaultJobs>;
  logger: Logger;
}) {
  const { db, connections, consent, delivery, events, ingest, sync, vault, logger } = deps;
  return {
    ensurePartitions,
    tasks: {
      ...connections.tasks,
      ...consent.tasks,
      ...delivery.tasks,
      ...events.tasks,
      ...vault.tasks,
      ...ingest.jobs.tasks,
      ...sync.jobs.tasks,
      /** Makes the partitions of the days to come and drops those that retention is done with. */
      'maintenance.partitions': {
        maxAttempts: 5,
        handler: async () => {
          await db.engine(ensurePartitions);
          const dropped = await db.engine((tx) =>
            tx.query('select drop_old_partitions(current_date) as name'),
          );
          if (dropped.length > 0) logger.info({ dropped }, 'Days past their retention were dropped');
        },
      },
      /** Forgets what is of no use any more: old idempotency keys, states of authorisations nobody finished, ledgers of rate budgets at rest, sessions that ended. */
      'maintenance.expired': {
        maxAttempts: 5,
        handler: async () => {
          await db.engine(async (tx) => {
            await tx.query("delete from idempotency_keys where created_at < now() - interval '48 hours'");
            await tx.query('delete from oauth_states where expires_at < now()');
            await tx.query('delete from rate_budgets where stale_at < now()');
          });
          await db.auth(async (tx) => {
            await tx.query('delete from auth_sessions where expires_at < now()');
            await tx.query('delete from auth_rate_limits where last_request < $1', [Date.now() - dayMs]);
          });
        },
      },
    },
    cron: [
      ...connections.cron,
      ...delivery.cron,
      ...events.cron,
      ...ingest.jobs.cron,
      ...sync.jobs.cron,
      ...vault.cron,
      { task: 'maintenance.partitions' as const, every: '17 1 * * *' },
      { task: 'maintenance.expired' as const, every: '41 * * * *' },
    ],
  };
}
