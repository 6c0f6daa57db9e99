import type { Tx } from '@mortise/platform/database';
import { newId } from '../kernel/index.ts';
import type { Checkpoint } from './checkpoint.ts';
import { judgePage, type Change } from './judge-page.ts';
import type { PreparedPage } from './prepare-page.ts';
import { recordEvent } from './record-event.ts';
import {
  lockLive,
  markDeleted,
  readDiffering,
  releaseAside,
  rememberMet,
  takeNumbers,
  writeAside,
  writeRecords,
} from './record-store.ts';
import { CancelledError, FencedError, type RunContext } from './run-context.ts';
import { advanceRun, countRecords, lockRun, type PageFigures } from './run-store.ts';

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
  const { deps, claim, of } = run;
  await deps.db.tenant(claim.tenantId, async (tx) => {
    await lockOrStop(tx, run);
    const ids = deletions.map((one) => one.externalId);
    const live = ids.length === 0 ? [] : await lockLive(tx, of, ids);
    if (live.length > 0) {
      const now = deps.clock.now();
      const times = new Map(deletions.map((one) => [one.externalId, one.at]));
      const before = await takeNumbers(tx, claim.tenantId, live.length);
      const marks = live.map((one) => ({ id: one.id, at: times.get(one.external_id) ?? now }));
      await markDeleted(tx, of, marks, before, now);
      const events = live.map(({ id, external_id: externalId, title, data }) =>
        recordEvent(run.source, 'deleted', { id, externalId, title, data }),
      );
      await deps.events.append(tx, { tenantId: claim.tenantId, traceId: run.traceId }, events);
      await countRecords(tx, claim, -live.length);
    }
    const row = await advanceRun(
      tx,
      claim,
      { ...nothing, pages: options.pages, deleted: live.length },
      checkpoint,
    );
    tx.afterCommit(() => run.progress.report(row));
  });
}

async function writeChanges(tx: Tx, run: RunContext, changes: readonly Change[]): Promise<void> {
  const { deps, claim, of, source } = run;
  const before = await takeNumbers(tx, claim.tenantId, changes.length);
  const writing = writeRecords(tx, of, changes, before, deps.clock.now());
  // Made while the database writes.
  const events = changes.map(({ kind, id, candidate, changed }) => {
    const { externalId, title, fields } = candidate;
    const record = { id, externalId, title, data: fields };
    if (kind === 'updated') return recordEvent(source, 'updated', record, { changed });
    return recordEvent(source, 'created', record, kind === 'restored' ? { restored: true } : {});
  });
  await writing;
  await deps.events.append(tx, { tenantId: claim.tenantId, traceId: run.traceId }, events);
}

async function lockOrStop(tx: Tx, run: RunContext): Promise<void> {
  const locked = await lockRun(tx, run.claim);
  if (locked === undefined) throw new FencedError();
  if (locked.cancel_requested) throw new CancelledError();
}
