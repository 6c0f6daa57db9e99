import type { Tx } from '@mortise/platform/database';
import type { SyncDeps } from './deps.ts';
import { syncJobs } from './jobs.ts';
import type { ToldChange } from './mark-store.ts';
import { noteChanges } from './note-changes.ts';
import { recordRoutes } from './record-routes.ts';
import { recoverRuns, rescueOrphans } from './recover-runs.ts';
import { requestRun, type RunRequest } from './request-run.ts';
import { runRoutes } from './run-routes.ts';
import { syncRoutes } from './sync-routes.ts';

/** The room over what it needs: its handlers, its jobs, and what other parts of the server ask of it. */
export function createSync(deps: SyncDeps) {
  return {
    syncs: syncRoutes(deps),
    runs: runRoutes(deps),
    records: recordRoutes(deps),
    jobs: syncJobs(deps),
    /** Asks for a run in the caller's transaction; an open one is given back instead. */
    requestRun: (tx: Tx, request: RunRequest) => requestRun(deps, tx, request),
    /** Notes records that a provider said have changed, in the caller's transaction. */
    changed: (tx: Tx, tenantId: string, changes: readonly ToldChange[]) =>
      noteChanges(deps, tx, tenantId, changes),
    /** Puts the runs of a process that is gone back. */
    recoverRuns: (tx: Tx, processId: string) => recoverRuns(deps, tx, processId),
    /** Gives queued runs whose job is lost a new one. */
    rescueOrphans: () => rescueOrphans(deps),
  };
}
