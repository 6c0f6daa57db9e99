import type { Tx } from '@mortise/platform/database';
import { addRunJob, type SyncDeps } from './deps.ts';

/** How long a queued run may be overdue before its job is taken for lost. */
const overdueMs = 10 * 60 * 1_000;

/**
 * Puts the runs of a process that is gone back, in the transaction that also removes it: the same run, a new job. Each goes on from its
 * checkpoint. Should the process not be gone after all, its next commit finds the fence moved on.
 *
 * @param tx as the engine, across tenants
 * @param processId bare
 * @returns how many
 */
export async function recoverRuns(deps: SyncDeps, tx: Tx, processId: string): Promise<number> {
  const now = deps.clock.now();
  const runs = await tx.query<{ tenant_id: string; id: string }>(
    `update sync_runs set status = 'queued', owner = null, due_at = $2, fence = fence + 1,
            checkpoint = jsonb_set(checkpoint, '{failures}', to_jsonb(coalesce((checkpoint->>'failures')::int, 0) + 1))
      where owner = $1 and status = 'running'
     returning tenant_id, id`,
    [processId, now],
  );
  for (const run of runs) await addRunJob(tx, deps.queue, { tenantId: run.tenant_id, runId: run.id }, now);
  if (runs.length > 0)
    deps.logger.warn({ processId, runs: runs.length }, 'Took back the sync runs of a process that is gone');
  return runs.length;
}

/**
 * Gives queued runs that should long be under way a job again: theirs is lost, or waits so long that the one that
 * replaces it does no harm. A job too many finds its run under way or over and does nothing that counts.
 *
 * @returns how many
 */
export async function rescueOrphans(deps: SyncDeps): Promise<number> {
  const now = deps.clock.now();
  const runs = await deps.db.engine(async (tx) => {
    const rows = await tx.query<{ tenant_id: string; id: string; due_at: Date }>(
      `with lost as (
         select tenant_id, id, due_at from sync_runs
          where status = 'queued' and owner is null and due_at < $1 order by due_at limit 500
          for update skip locked
       )
       update sync_runs u set due_at = $2 from lost where u.tenant_id = lost.tenant_id and u.id = lost.id
       returning u.tenant_id, u.id, lost.due_at`,
      [new Date(now.getTime() - overdueMs), now],
    );
    for (const row of rows)
      await addRunJob(tx, deps.queue, { tenantId: row.tenant_id, runId: row.id }, row.due_at);
    return rows;
  });
  if (runs.length > 0) deps.logger.warn({ runs: runs.length }, 'Gave sync runs without a job a new one');
  return runs.length;
}
