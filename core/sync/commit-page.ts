import type { Tx } from '@mortise/platform/database';
import { newId } from '../kernel/index.ts';
import type { Checkpoint } from './checkpoint.ts';
import { judgePage } from './judge-page.ts';
import type { PreparedPage } from './prepare-page.ts';
import { readDiffering, releaseAside, rememberMet, writeAside } from './record-store.ts';
import { CancelledError, FencedError, type RunContext } from './run-context.ts';
import { advanceRun, countRecords, lockRun, type PageFigures } from './run-store.ts';
import { writeChanges, writeDeletions } from './write-records.ts';

const nothing: PageFigures = {
  pages: 0,
  fetched: 0,
  expected: null,
  created: 0,
  updated: 0,
  deleted: 0,
  unchanged: 0,
};

/**
 * Commits one page: records, their events, the figures and the checkpoint, all or none. What is held is read in the
 * same transaction, so a page that comes a second time finds nothing to do and says nothing.
 *
 * @param met the number under which a full run keeps which records the page held; undefined when it need not
 * @throws FencedError when the run is no longer ours, CancelledError when it is to stop; nothing is written then
 */
export async function commitPage(
  run: RunContext,
  page: PreparedPage,
  checkpoint: Checkpoint,
  options: { expected: number | undefined; met: number | undefined },
): Promise<void> {
  const { deps, claim, of } = run;
  await deps.db.tenant(claim.tenantId, async (tx) => {
    await lockOrStop(tx, run);
    const { candidates, aside } = page;
    const differing = candidates.length === 0 ? [] : await readDiffering(tx, of, candidates);
    const verdict = judgePage(candidates, differing, newId);
    if (verdict.changes.length > 0) await writeChanges(tx, run, verdict.changes);
    if (run.hasAside && candidates.length > 0)
      await releaseAside(
        tx,
        of,
        candidates.map((one) => one.externalId),
      );
    if (aside.length > 0) {
      await writeAside(tx, of, claim.runId, aside);
      run.hasAside = true;
    }
    if (options.met !== undefined) {
      const ids = aside.flatMap((one) => one.externalId ?? []);
      await rememberMet(tx, claim.tenantId, claim.runId, options.met, [
        ...candidates.map((one) => one.externalId),
        ...ids,
      ]);
    }
    const created = verdict.created + verdict.restored;
    if (created > 0) await countRecords(tx, claim, created);
    const { updated } = verdict;
    const expected = options.expected ?? null;
    const unchanged = page.fetched - aside.length - created - updated;
    const figures = { pages: 1, fetched: page.fetched, expected, created, updated, deleted: 0, unchanged };
    const row = await advanceRun(tx, claim, figures, checkpoint);
    tx.afterCommit(() => run.progress.report(row));
  });
}

/**
 * Commits deletions with their events and the checkpoint, all or none. What is not held, or deleted already, is
 * passed over.
 *
 * @param options.pages 1 when they come from a page of the provider's, 0 when they are what a full run has not met
 */
export async function commitDeletions(
  run: RunContext,
  deletions: readonly { externalId: string; at: Date | undefined }[],
  checkpoint: Checkpoint,
  options: { pages: 0 | 1 },
): Promise<void> {
  const { deps, claim } = run;
  await deps.db.tenant(claim.tenantId, async (tx) => {
    await lockOrStop(tx, run);
    const deleted = await writeDeletions(tx, run, deletions);
    const row = await advanceRun(tx, claim, { ...nothing, pages: options.pages, deleted }, checkpoint);
    tx.afterCommit(() => run.progress.report(row));
  });
}

async function lockOrStop(tx: Tx, run: RunContext): Promise<void> {
  const locked = await lockRun(tx, run.claim);
  if (locked === undefined) throw new FencedError();
  if (locked.cancel_requested) throw new CancelledError();
}
