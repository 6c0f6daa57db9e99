import type { Run } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { newId } from '../kernel/index.ts';
import { addRunJob, type SyncDeps } from './deps.ts';
import { createProgress } from './progress.ts';
import { runColumns, type RunRow } from './run-store.ts';

/** A run that is asked for. Ids are bare. */
export interface RunRequest {
  tenantId: string;
  syncId: string;
  mode: Run['mode'];
  trigger: Run['trigger'];
  /** 32 hex digits. */
  traceId: string;
}

/**
 * Asks for a run: the run and its job are there after the caller's commit, or neither. A sync has one open run; when
 * there is one already it is given back instead.
 *
 * @returns the run, and whether it is new
 */
export async function requestRun(
  deps: Pick<SyncDeps, 'queue' | 'clock' | 'hints'>,
  tx: Tx,
  request: RunRequest,
): Promise<{ row: RunRow; isNew: boolean }> {
  const { tenantId, syncId, mode, trigger, traceId } = request;
  const now = deps.clock.now();
  // The open run that is in the way may end between the two statements: then there is room for a new one.
  for (let round = 0; round < 3; round += 1) {
    const [made] = await tx.query<RunRow & Record<string, unknown>>(
      `with u as (
         insert into sync_runs (tenant_id, id, sync_id, mode, trigger, status, trace_id, requested_at, due_at)
         values ($1, $2, $3, $4, $5, 'queued', $6, $7, $7)
         on conflict (tenant_id, sync_id) where status in ('queued', 'running') do nothing
         returning *
       )
       select ${runColumns} from u join syncs s on s.tenant_id = u.tenant_id and s.id = u.sync_id`,
      [tenantId, newId(), syncId, mode, trigger, traceId, now],
    );
    if (made !== undefined) {
      await addRunJob(tx, deps.queue, { tenantId, runId: made.id }, now);
      tx.afterCommit(() => createProgress(deps.hints, deps.clock).report(made, { always: true }));
      return { row: made, isNew: true };
    }
    const [open] = await tx.query<RunRow & Record<string, unknown>>(
      `select ${runColumns} from sync_runs u join syncs s on s.tenant_id = u.tenant_id and s.id = u.sync_id
        where u.tenant_id = $1 and u.sync_id = $2 and u.status in ('queued', 'running')`,
      [tenantId, syncId],
    );
    if (open !== undefined) return { row: open, isNew: false };
  }
  throw new Error('Runs of this sync begin and end too fast to ask for one');
}
