/**
 * Sync: keeps the records of a connection's resource in step with the provider.
 *
 * Why so: a sync is trusted when it loses nothing and says nothing twice, whatever dies. So a page's records, the
 * events that tell of them, the figures and the checkpoint are one commit; what is held is compared by hash in that
 * same commit, so a page that comes again is silent; and a run carries a fence, so that a process taken for dead
 * cannot write into what another has taken up. No transaction is open while the provider is asked.
 *
 * Flow: `requestRun` (connect, by hand, the schedule) writes run and job together -> the job `sync.run` takes the run
 * up -> `readPage` fetches and prepares a page while `commitPage` commits the one before -> a full run ends with
 * `sweep`, which deletes what it has not met, behind the mass-delete guard -> `succeed` moves the watermark, from
 * which the next incremental run starts. Failure: `judgeFailure` says whether the same run is put back, later, or ends.
 *
 * What decides is pure and has its own file: `chooseMode`, `nextPlace`, `preparePage`, `judgePage`, `judgeSweep`,
 * `judgeFailure`, `safeWatermark`. What cannot be read goes to the table `quarantine` and stops nothing.
 *
 * Readers follow `listChanges`: numbers are taken under one lock a tenant, so a cursor over them skips nothing.
 */
export { createSync } from './create-sync.ts';
export { holdsRecord } from './holds-record.ts';
export { readRunsOfTrace } from './read-trace.ts';
export type { RunPayload, RunQueue, SyncDeps } from './deps.ts';
export type { RunRequest } from './request-run.ts';
