import type { Tx } from '@mortise/platform/database';
import { traceIdOf } from '../kernel/index.ts';
import type { Checkpoint } from './checkpoint.ts';
import { addRunJob, type SyncDeps } from './deps.ts';
import { createProgress, hintSync } from './progress.ts';
import { countAside, forgetMet, type AsideFigures } from './record-store.ts';
import {
  advanceRun,
  endRun,
  keepWatermark,
  lockRun,
  putBackRun,
  type Claim,
  type RunRow,
} from './run-store.ts';
import { safeWatermark } from './safe-watermark.ts';
import { showRun } from './show.ts';

/** What a run that has read everything leaves behind. */
export interface Success {
  mode: 'full' | 'incremental';
  checkpoint: Checkpoint;
  watermark: Date | null;
  /** Why the run deleted nothing, where it might have. */
  kept: string | undefined;
}

/** Ends a run well: its watermark counts from now on. Cancels it when that was asked for meanwhile. */
export async function succeed(
  deps: SyncDeps,
  claim: Claim,
  provider: string,
  success: Success,
): Promise<void> {
  const { mode, checkpoint, watermark, kept } = success;
  await deps.db.tenant(claim.tenantId, async (tx) => {
    const locked = await lockRun(tx, claim);
    if (locked === undefined) return;
    if (locked.cancel_requested)
      return void (await close(tx, deps, claim, provider, { status: 'cancelled', error: null }));
    const now = deps.clock.now();
    const known = {
      startAt: new Date(checkpoint.startAt ?? now),
      ...(checkpoint.newestAt === undefined ? {} : { newestAt: new Date(checkpoint.newestAt) }),
    };
    await keepWatermark(tx, claim, safeWatermark(known, watermark), mode === 'full' ? now : null);
    if (mode === 'full') {
      // What this run has not met in quarantine is gone at the provider, or was read under another id.
      await tx.query('delete from quarantine where tenant_id = $1 and sync_id = $2 and run_id <> $3', [
        claim.tenantId,
        claim.syncId,
        claim.runId,
      ]);
    }
    const notes = [asideNote(await countAside(tx, claim)), kept].filter((note) => note !== undefined);
    await close(tx, deps, claim, provider, {
      status: 'succeeded',
      error: notes.length === 0 ? null : notes.join('; '),
    });
  });
}

/**
 * Gives a run up, with the reason a person reads.
 *
 * @param refused how many records the mass-delete guard refused to delete
 */
export async function fail(
  deps: SyncDeps,
  claim: Claim,
  provider: string | null,
  failure: { reason: string; refused?: { count: number; checkpoint: Checkpoint } },
): Promise<void> {
  await deps.db.tenant(claim.tenantId, async (tx) => {
    if ((await lockRun(tx, claim)) === undefined) return;
    if (failure.refused !== undefined) {
      const none = { pages: 0, fetched: 0, expected: null, created: 0, updated: 0, deleted: 0, unchanged: 0 };
      await advanceRun(tx, claim, none, { ...failure.refused.checkpoint, refused: failure.refused.count });
    }
    await close(tx, deps, claim, provider, { status: 'failed', error: failure.reason });
  });
}

/**
 * Ends a run that a person asked to stop, or whose resource they have switched off. What it has read stays; the next run
 * begins where this one began.
 *
 * @param reason in words; null where they stopped the run itself
 */
export async function cancel(
  deps: SyncDeps,
  claim: Claim,
  provider: string | null,
  reason: string | null = null,
): Promise<void> {
  await deps.db.tenant(claim.tenantId, async (tx) => {
    if ((await lockRun(tx, claim)) === undefined) return;
    await close(tx, deps, claim, provider, { status: 'cancelled', error: reason });
  });
}

/** Puts a run back with a job at `dueAt`, in one transaction. The same run goes on from its checkpoint. */
export async function putBack(
  deps: SyncDeps,
  claim: Claim,
  back: { dueAt: Date; error: string | null; checkpoint: object },
): Promise<void> {
  await deps.db.tenant(claim.tenantId, async (tx) => {
    if ((await lockRun(tx, claim)) === undefined) return;
    const row = await putBackRun(tx, claim, back);
    await addRunJob(tx, deps.queue, { tenantId: claim.tenantId, runId: claim.runId }, back.dueAt);
    tx.afterCommit(() => createProgress(deps.hints, deps.clock).report(row, { always: true }));
  });
}

async function close(
  tx: Tx,
  deps: SyncDeps,
  claim: Claim,
  provider: string | null,
  end: { status: 'succeeded' | 'failed' | 'cancelled'; error: string | null },
): Promise<RunRow> {
  const row = await endRun(tx, claim, { ...end, now: deps.clock.now() });
  await forgetMet(tx, claim.tenantId, claim.runId);
  if (end.status !== 'cancelled') {
    const run = showRun(row, deps.clock.now());
    await deps.events.append(tx, { tenantId: claim.tenantId, traceId: traceIdOf(row.trace_id) }, [
      { type: `sync.${end.status}`, subject: run.syncId, data: { run, provider } },
    ]);
  }
  tx.afterCommit(() => {
    createProgress(deps.hints, deps.clock).report(row, { always: true });
    hintSync(deps.hints, claim.tenantId, claim.syncId, row.connection_id);
  });
  return row;
}

function asideNote({ aside, reason }: AsideFigures): string | undefined {
  if (aside === 0) return undefined;
  const records = aside === 1 ? '1 record was' : `${aside} records were`;
  return `${records} set aside: ${reason ?? 'they could not be read'}`;
}
