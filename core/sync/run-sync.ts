import { publicId, traceIdOf } from '../kernel/index.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { chooseMode } from './choose-mode.ts';
import { commitDeletions, commitPage } from './commit-page.ts';
import type { RunPayload, SyncDeps } from './deps.ts';
import { cancel, fail, putBack, succeed } from './finish-run.ts';
import { judgeFailure, maxFailures } from './judge-failure.ts';
import { createProgress } from './progress.ts';
import { readPage, type ReadyPage } from './read-page.ts';
import { CancelledError, FencedError, type RunContext } from './run-context.ts';
import { beginRun, readRefused, takeUpRun, type Claim, type RunRow, type SyncState } from './run-store.ts';
import { sweep } from './sweep.ts';
import { firstPlace, isReading, withoutCursor } from './walk.ts';

/** What a run under way knows of itself, kept up to date for the moment at which it fails. */
interface Standing {
  provider: string | null;
  checkpoint: Checkpoint | { place?: undefined; failures: number };
  /** Pages committed since this process took the run up. */
  pages: number;
}

/**
 * Takes one run up and carries it to its end, to a pause or to failure. Safe to repeat and safe to be killed at any
 * line: what is committed is a page with its events and its checkpoint, and whoever takes the run up next goes on
 * from there.
 *
 * @param signal aborts when the process must stop: the run is put back and counts no failure
 * @throws only when the database does not answer; the job is then to be run again
 */
export async function runSync(deps: SyncDeps, payload: RunPayload, signal: AbortSignal): Promise<void> {
  const { tenantId, runId } = payload;
  const row = await deps.db.tenant(tenantId, (tx) =>
    takeUpRun(tx, tenantId, runId, deps.processId, deps.clock.now()),
  );
  if (row === undefined) return;
  const claim: Claim = { tenantId, runId, syncId: row.sync_id, fence: row.fence };
  const standing: Standing = { provider: null, checkpoint: readCheckpoint(row.checkpoint), pages: 0 };
  createProgress(deps.hints, deps.clock).report(row, { always: true });
  if (row.cancel_requested) return cancel(deps, claim, null);
  if (standing.checkpoint.failures > maxFailures) {
    return fail(deps, claim, null, {
      reason: `It was taken up ${row.attempts} times and did not get past a page`,
    });
  }
  try {
    await carryOut(deps, claim, row, standing, signal);
  } catch (error) {
    if (error instanceof FencedError) return;
    if (error instanceof CancelledError) return cancel(deps, claim, standing.provider);
    await giveUp(deps, claim, standing, error, signal);
  }
}

async function carryOut(
  deps: SyncDeps,
  claim: Claim,
  row: RunRow & SyncState,
  standing: Standing,
  signal: AbortSignal,
): Promise<void> {
  const connection = await deps.caller.open(claim.tenantId, row.connection_id, {
    resource: row.resource,
  });
  const { provider } = connection;
  standing.provider = provider.id;
  const resource = provider.resources[row.resource];
  if (resource === undefined) {
    return fail(deps, claim, provider.id, {
      reason: `${provider.name} has no resource called ${row.resource}`,
    });
  }
  const begun = await begin(deps, claim, row, standing.checkpoint, resource);
  standing.checkpoint = begun.checkpoint;
  const source = {
    provider: provider.id,
    connectionId: publicId('connection', row.connection_id),
    resource: resource.name,
  };
  const run: RunContext = {
    deps,
    claim,
    of: { tenantId: claim.tenantId, syncId: claim.syncId },
    mode: begun.mode,
    traceId: traceIdOf(row.trace_id),
    connection,
    resource,
    source: { ...source, eventPrefix: resource.eventPrefix },
    progress: createProgress(deps.hints, deps.clock),
    hasAside: begun.hasAside,
  };
  const read = await readAll(run, row, standing, begun.checkpoint, signal);
  let kept: string | undefined;
  if (read.checkpoint.place.phase === 'sweep') {
    const outcome = await sweep(run, read.checkpoint, { expected: read.expected, fetched: read.fetched });
    if (outcome.kind === 'refused') {
      const refused = { count: outcome.count, checkpoint: read.checkpoint };
      return fail(deps, claim, provider.id, { reason: outcome.reason, refused });
    }
    kept = outcome.kept;
  }
  const { checkpoint } = read;
  await succeed(deps, claim, provider.id, { mode: run.mode, checkpoint, watermark: row.watermark, kept });
}

/** Decides, once in a run's life, how it is read and where it begins. */
async function begin(
  deps: SyncDeps,
  claim: Claim,
  row: RunRow & SyncState,
  stored: Standing['checkpoint'],
  resource: RunContext['resource'],
): Promise<{ mode: 'full' | 'incremental'; checkpoint: Checkpoint; hasAside: boolean }> {
  return deps.db.tenant(claim.tenantId, async (tx) => {
    const aside = await tx.query('select from quarantine where tenant_id = $1 and sync_id = $2 limit 1', [
      claim.tenantId,
      claim.syncId,
    ]);
    const hasAside = aside.length > 0;
    const asked = row.mode as 'full' | 'incremental';
    if (stored.place !== undefined) return { mode: asked, checkpoint: stored, hasAside };
    const byHand = row.trigger === 'manual' && asked === 'full';
    const { trigger, watermark, full_at: fullAt } = row;
    const mode = chooseMode(asked, { resource, trigger, watermark, fullAt, now: deps.clock.now() });
    const checkpoint: Checkpoint = {
      place: firstPlace(resource, mode, watermark),
      sweep: mode === 'full' && row.record_count > 0,
      confirmed: byHand ? await readRefused(tx, claim) : 0,
      failures: stored.failures,
    };
    await beginRun(tx, claim, mode, checkpoint);
    return { mode, checkpoint, hasAside };
  });
}

/** Reads page after page: the next one is fetched and prepared while the last one is being committed. */
async function readAll(
  run: RunContext,
  row: RunRow,
  standing: Standing,
  start: Checkpoint,
  signal: AbortSignal,
): Promise<{ checkpoint: Checkpoint; fetched: number; expected: number | null }> {
  let checkpoint = start;
  let { fetched, expected, pages } = row;
  const local = new AbortController();
  const stop = AbortSignal.any([signal, local.signal]);
  const reader = {
    connection: run.connection,
    resource: run.resource,
    clock: run.deps.clock,
    sweep: start.sweep,
  };
  const fetchAt = (place: Checkpoint['place']): Promise<ReadyPage> | undefined => {
    if (!isReading(place)) return undefined;
    const pending = readPage(reader, place, stop);
    // It is awaited in its turn, or never when the page before it fails; then nobody is left to be told.
    pending.catch(() => {});
    return pending;
  };
  try {
    for (let pending = fetchAt(checkpoint.place); pending !== undefined;) {
      const page = await pending;
      signal.throwIfAborted();
      pending = fetchAt(page.next);
      checkpoint = checkpointAfter(checkpoint, page);
      pages += 1;
      if (page.kind === 'records') {
        const met = checkpoint.sweep ? pages : undefined;
        await commitPage(run, page.records, checkpoint, { expected: page.total, met });
        fetched += page.records.fetched;
        expected ??= page.total ?? null;
      } else {
        await commitDeletions(run, page.records.deletions, checkpoint, { pages: 1 });
      }
      standing.checkpoint = checkpoint;
      standing.pages += 1;
    }
  } finally {
    local.abort();
  }
  return { checkpoint, fetched, expected };
}

/** The checkpoint that commits with a page. Pure. */
function checkpointAfter(before: Checkpoint, page: ReadyPage): Checkpoint {
  const after: Checkpoint = { ...before, place: page.next, failures: 0 };
  after.startAt ??= page.at.toISOString();
  if (page.kind === 'deletions') return after;
  const newest = page.records.newestAt?.toISOString();
  if (newest !== undefined && (before.newestAt === undefined || newest > before.newestAt))
    after.newestAt = newest;
  return after;
}

/** Puts a run that could not go on back, or ends it. */
async function giveUp(
  deps: SyncDeps,
  claim: Claim,
  standing: Standing,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  const { checkpoint } = standing;
  const now = deps.clock.now();
  if (signal.aborted) return putBack(deps, claim, { dueAt: now, error: null, checkpoint });
  const failures = checkpoint.failures + 1;
  const verdict = judgeFailure(error, failures, { resumed: standing.pages === 0 && isAtCursor(checkpoint) });
  if (verdict.kind === 'off') return cancel(deps, claim, standing.provider, verdict.reason);
  if (verdict.kind === 'final') {
    deps.logger.error(
      { err: error, runId: claim.runId, tenantId: claim.tenantId },
      'A sync run was given up',
    );
    return fail(deps, claim, standing.provider, { reason: verdict.reason });
  }
  deps.logger.warn({ err: error, runId: claim.runId, tenantId: claim.tenantId }, 'A sync run is put back');
  const dueAt = new Date(now.getTime() + verdict.afterMs);
  const back = { ...checkpoint, failures };
  if (verdict.fromStart && back.place !== undefined && isReading(back.place))
    back.place = withoutCursor(back.place);
  await putBack(deps, claim, { dueAt, error: verdict.reason, checkpoint: back });
}

function isAtCursor({ place }: Standing['checkpoint']): boolean {
  return (
    place !== undefined && isReading(place) && JSON.stringify(withoutCursor(place)) !== JSON.stringify(place)
  );
}
