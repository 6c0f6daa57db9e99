import type { Tx } from '@mortise/platform/database';
import type { SyncDeps } from './deps.ts';
import { markRecords, type ToldChange } from './mark-store.ts';

/** How long tellings of one sync gather before its records are read. */
const gatherMs = 2_000;

/**
 * Adds the job that reads a sync's marks, once a window of time: a burst is one job, and however long it lasts, each
 * window has its own.
 */
export async function addMarkedJob(
  tx: Tx,
  { queue, clock }: Pick<SyncDeps, 'queue' | 'clock'>,
  sync: { tenantId: string; syncId: string },
  afterMs: number,
): Promise<void> {
  const window = Math.floor((clock.now().getTime() + afterMs) / gatherMs) + 1;
  await queue.addIn((sql, params) => tx.query(sql, params), 'sync.marked', sync, {
    jobKey: `sync.marked:${sync.syncId}:${window}`,
    runAt: new Date(window * gatherMs),
  });
}

/**
 * Notes records of which a provider said that they changed, in the caller's transaction; they are read soon after it.
 * What no active sync covers is passed over.
 *
 * @returns the sync that will read each of them, by its place in the list; bare
 */
export async function noteChanges(
  deps: Pick<SyncDeps, 'queue' | 'clock'>,
  tx: Tx,
  tenantId: string,
  changes: readonly ToldChange[],
): Promise<Map<number, string>> {
  if (changes.length === 0) return new Map();
  const syncs = await markRecords(tx, tenantId, changes);
  for (const syncId of new Set(syncs.values())) await addMarkedJob(tx, deps, { tenantId, syncId }, 0);
  return syncs;
}
