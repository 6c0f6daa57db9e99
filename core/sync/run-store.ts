import type { Tx } from '@mortise/platform/database';
import type { Checkpoint } from './checkpoint.ts';

/** A run with what its API form tells of its sync. */
export interface RunRow {
  tenant_id: string;
  id: string;
  sync_id: string;
  connection_id: string;
  resource: string;
  mode: string;
  trigger: string;
  status: string;
  checkpoint: object;
  pages: number;
  fetched: number;
  expected: number | null;
  created: number;
  updated: number;
  deleted: number;
  unchanged: number;
  attempts: number;
  error: string | null;
  cancel_requested: boolean;
  fence: number;
  trace_id: string;
  requested_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** Columns of a run `u` joined with its sync `s`. */
export const runColumns = `u.tenant_id, u.id, u.sync_id, s.connection_id, s.resource, u.mode, u.trigger, u.status,
  u.checkpoint, u.pages, u.fetched, u.expected, u.created, u.updated, u.deleted, u.unchanged, u.attempts, u.error,
  u.cancel_requested, u.fence, u.trace_id, u.requested_at, u.started_at, u.finished_at`;

const joined = 's.tenant_id = u.tenant_id and s.id = u.sync_id';

/** A run under way, and the number that proves that it is still ours. */
export interface Claim {
  tenantId: string;
  runId: string;
  syncId: string;
  fence: number;
}

export interface SyncState extends Record<string, unknown> {
  watermark: Date | null;
  full_at: Date | null;
  record_count: number;
}

/**
 * Takes a run up for this process, whoever had it: the higher fence shuts the other out at its next commit.
 *
 * @returns undefined when the run is over or gone
 */
export async function takeUpRun(
  tx: Tx,
  tenantId: string,
  runId: string,
  processId: string,
  now: Date,
): Promise<(RunRow & SyncState) | undefined> {
  const [row] = await tx.query<RunRow & SyncState>(
    `update sync_runs u set status = 'running', owner = $3, fence = u.fence + 1, attempts = u.attempts + 1,
            started_at = coalesce(u.started_at, $4), error = null
       from syncs s
      where u.tenant_id = $1 and u.id = $2 and u.status in ('queued', 'running') and ${joined}
     returning ${runColumns}, s.watermark, s.full_at, s.record_count`,
    [tenantId, runId, processId, now],
  );
  return row;
}

/**
 * Locks the run until the commit, if it is still ours.
 *
 * @returns undefined when someone else has taken it up or it is gone: nothing may be written then
 */
export async function lockRun(tx: Tx, claim: Claim): Promise<{ cancel_requested: boolean } | undefined> {
  const [row] = await tx.query<{ cancel_requested: boolean }>(
    `select cancel_requested from sync_runs
      where tenant_id = $1 and id = $2 and fence = $3 and status = 'running' for update`,
    [claim.tenantId, claim.runId, claim.fence],
    'sync.lockRun',
  );
  return row;
}

/** What one page adds to the run's figures. */
export interface PageFigures {
  pages: number;
  fetched: number;
  expected: number | null;
  created: number;
  updated: number;
  deleted: number;
  unchanged: number;
}

/** Writes figures and checkpoint of a run that `lockRun` has locked. */
export async function advanceRun(
  tx: Tx,
  claim: Claim,
  figures: PageFigures,
  checkpoint: Checkpoint,
): Promise<RunRow> {
  const [row] = await tx.query<RunRow & Record<string, unknown>>(
    `update sync_runs u set pages = u.pages + $4, fetched = u.fetched + $5, expected = coalesce(u.expected, $6),
            created = u.created + $7, updated = u.updated + $8, deleted = u.deleted + $9, unchanged = u.unchanged + $10,
            checkpoint = $11
       from syncs s
      where u.tenant_id = $1 and u.id = $2 and u.fence = $3 and ${joined}
     returning ${runColumns}`,
    [
      claim.tenantId,
      claim.runId,
      claim.fence,
      figures.pages,
      figures.fetched,
      figures.expected,
      figures.created,
      figures.updated,
      figures.deleted,
      figures.unchanged,
      JSON.stringify(checkpoint),
    ],
    'sync.advanceRun',
  );
  if (row === undefined) throw new Error('the run vanished under its lock');
  return row;
}

/** Moves the count of records held. */
export async function countRecords(
  tx: Tx,
  claim: Pick<Claim, 'tenantId' | 'syncId'>,
  delta: number,
): Promise<void> {
  await tx.query(
    'update syncs set record_count = record_count + $3 where tenant_id = $1 and id = $2',
    [claim.tenantId, claim.syncId, delta],
    'sync.countRecords',
  );
}

/** Says how the run is read, once that is decided. */
export async function beginRun(tx: Tx, claim: Claim, mode: string, checkpoint: Checkpoint): Promise<void> {
  await tx.query(
    'update sync_runs set mode = $4, checkpoint = $5 where tenant_id = $1 and id = $2 and fence = $3',
    [claim.tenantId, claim.runId, claim.fence, mode, JSON.stringify(checkpoint)],
  );
}

/** Ends a run that `lockRun` has locked. */
export async function endRun(
  tx: Tx,
  claim: Claim,
  end: { status: 'succeeded' | 'failed' | 'cancelled'; error: string | null; now: Date },
): Promise<RunRow> {
  const [row] = await tx.query<RunRow & Record<string, unknown>>(
    `update sync_runs u set status = $4, error = $5, finished_at = $6, owner = null
       from syncs s
      where u.tenant_id = $1 and u.id = $2 and u.fence = $3 and ${joined}
     returning ${runColumns}`,
    [claim.tenantId, claim.runId, claim.fence, end.status, end.error, end.now],
  );
  if (row === undefined) throw new Error('the run vanished under its lock');
  return row;
}

/** Puts a run back, to be taken up by anyone at `dueAt`. */
export async function putBackRun(
  tx: Tx,
  claim: Claim,
  back: { dueAt: Date; error: string | null; checkpoint: object },
): Promise<RunRow> {
  const [row] = await tx.query<RunRow & Record<string, unknown>>(
    `update sync_runs u set status = 'queued', owner = null, error = $4, due_at = $5, checkpoint = $6
       from syncs s
      where u.tenant_id = $1 and u.id = $2 and u.fence = $3 and ${joined}
     returning ${runColumns}`,
    [claim.tenantId, claim.runId, claim.fence, back.error, back.dueAt, JSON.stringify(back.checkpoint)],
  );
  if (row === undefined) throw new Error('the run vanished under its lock');
  return row;
}

/** What a run that succeeded has learnt for those after it. */
export async function keepWatermark(
  tx: Tx,
  claim: Claim,
  watermark: Date,
  fullAt: Date | null,
): Promise<void> {
  await tx.query(
    `update syncs set watermark = $3, full_at = coalesce($4, full_at) where tenant_id = $1 and id = $2`,
    [claim.tenantId, claim.syncId, watermark, fullAt],
  );
}

/**
 * How many records the mass-delete guard refused to delete in the run before this one, when that is how it ended:
 * a full run by hand right after it is a person's yes to as many.
 */
export async function readRefused(tx: Tx, claim: Claim): Promise<number> {
  const [row] = await tx.query<{ refused: number | null }>(
    `select (checkpoint->>'refused')::bigint as refused from sync_runs
      where tenant_id = $1 and sync_id = $2 and id < $3 and status in ('succeeded', 'failed')
      order by id desc limit 1`,
    [claim.tenantId, claim.syncId, claim.runId],
  );
  return row?.refused ?? 0;
}
