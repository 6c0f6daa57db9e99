import type { Resource } from '@mortise/providers/kit';
import { ProviderCallError, type OpenConnection } from '../connections/caller.ts';
import { MortiseError, newId, publicId, traceIdOf } from '../kernel/index.ts';
import type { SyncDeps } from './deps.ts';
import { judgePage } from './judge-page.ts';
import { dropMarks, newestMark, ranSince, readMarks, takeMarks, type Mark } from './mark-store.ts';
import { addMarkedJob } from './note-changes.ts';
import { preparePage, type Candidate } from './prepare-page.ts';
import { hintSync } from './progress.ts';
import { readDiffering } from './record-store.ts';
import { requestRun } from './request-run.ts';
import { countRecords } from './run-store.ts';
import { lockOpenRuns, lockSync, readSyncRow } from './store.ts';
import { writeChanges, writeDeletions } from './write-records.ts';

/** More than so many are read by a run, which gets a page for what one of them costs here. */
const mostOneByOne = 50;
const laterMs = 5_000;
/** While the provider cannot be asked. */
const awayMs = 60_000;
/** Where a run reads everything, so long after the one before it at the least. */
const fullRestMs = 15 * 60_000;

interface Read {
  mark: Mark;
  /** Undefined when the provider no longer has it. */
  candidate: Candidate | undefined;
}

/**
 * Reads the records that were told of and commits what changed, as a page of a run is committed: records, events and
 * the marks that are done with, all or none. A record told of again meanwhile is left to the next reading, so an older
 * one never overwrites a newer; and while a run is open it waits, so that the two never write one record at once.
 * Where there are many, or the resource has no call for one, an incremental run is asked for.
 * While the provider cannot be asked, the marks wait, for however long that is.
 *
 * @throws what the database throws; the job is then to be run again
 */
export async function readMarked(
  deps: SyncDeps,
  of: { tenantId: string; syncId: string },
  signal: AbortSignal,
): Promise<void> {
  const { tenantId, syncId } = of;
  const held = await deps.db.tenant(tenantId, async (tx) => ({
    sync: await readSyncRow(tx, tenantId, syncId),
    marks: await readMarks(tx, tenantId, syncId, mostOneByOne + 1),
  }));
  const { sync, marks } = held;
  const last = marks.at(-1);
  if (sync === undefined || last === undefined) return;
  const resource = deps.findProvider(sync.provider)?.resources[sync.resource];
  if (sync.status !== 'active' || resource === undefined) return drop(deps, of);
  if (resource.get === undefined || marks.length > mostOneByOne) return askForRun(deps, of, last, resource);

  const since = deps.clock.now();
  let connection: OpenConnection;
  try {
    connection = await deps.caller.open(tenantId, sync.connection_id);
  } catch (error) {
    // The run that follows a new connection finds what changed.
    if (error instanceof MortiseError && ['needs_reconnect', 'not_found'].includes(error.code))
      return drop(deps, of);
    return later(deps, of, error);
  }
  const read: Read[] = [];
  try {
    for (const mark of marks) {
      const one = await readOne(connection, resource, mark, signal);
      if (one !== undefined) read.push(one);
      else
        deps.logger.warn(
          { syncId, externalId: mark.external_id },
          'A record that was told of cannot be read',
        );
    }
  } catch (error) {
    return later(deps, of, error);
  }
  const source = {
    provider: sync.provider,
    connectionId: publicId('connection', sync.connection_id),
    resource: resource.name,
    eventPrefix: resource.eventPrefix,
  };
  await deps.db.tenant(tenantId, async (tx) => {
    // Runs before their sync, as everywhere; a run that begins after that waits for the sync's row.
    await lockOpenRuns(tx, tenantId, syncId);
    if ((await lockSync(tx, tenantId, syncId)) === undefined) return;
    if (await ranSince(tx, tenantId, syncId, since)) return addMarkedJob(tx, deps, of, laterMs);
    const taken = await takeMarks(tx, tenantId, syncId, marks);
    const current = read.filter(({ mark }) => taken.has(mark.external_id));
    const traces = new Map(
      current.map(({ mark, candidate }) => [
        candidate?.externalId ?? mark.external_id,
        traceIdOf(mark.trace_id),
      ]),
    );
    const writing = {
      deps,
      of,
      source,
      traceId: traceIdOf(last.trace_id),
      traceOf: (externalId: string) => traces.get(externalId),
    };
    // Two that were merged at the provider are one record here.
    const candidates = [
      ...new Map(
        current.flatMap(({ candidate }) =>
          candidate === undefined ? [] : [[candidate.externalId, candidate]],
        ),
      ).values(),
    ];
    const differing = candidates.length === 0 ? [] : await readDiffering(tx, of, candidates);
    const verdict = judgePage(candidates, differing, newId);
    if (verdict.changes.length > 0) await writeChanges(tx, writing, verdict.changes);
    const created = verdict.created + verdict.restored;
    if (created > 0) await countRecords(tx, of, created);
    const gone = current.flatMap(({ mark, candidate }) =>
      candidate === undefined ? [{ externalId: mark.external_id, at: undefined }] : [],
    );
    await writeDeletions(tx, writing, gone);
    tx.afterCommit(() => hintSync(deps.hints, tenantId, syncId, sync.connection_id));
  });
}

/**
 * Comes back to the marks when the provider may be asked again. A job's own tries end within the hour, and after the last
 * of them nobody would.
 *
 * @throws the error, when it says nothing of the provider
 */
function later(deps: SyncDeps, of: { tenantId: string; syncId: string }, error: unknown): Promise<void> {
  if (!(error instanceof ProviderCallError)) throw error;
  deps.logger.warn({ err: error, syncId: of.syncId }, 'Records that were told of are read later');
  return deps.db.tenant(of.tenantId, (tx) => addMarkedJob(tx, deps, of, awayMs));
}

/** @returns undefined when what came does not fit the resource: a run sets it aside with the reason */
async function readOne(
  connection: OpenConnection,
  resource: Resource,
  mark: Mark,
  signal: AbortSignal,
): Promise<Read | undefined> {
  const id = mark.external_id;
  const { get } = resource;
  if (get === undefined) throw new TypeError(`${resource.name} has no call for one record`);
  let raw: unknown;
  try {
    raw = get.read(await connection.call(get.request(id), { signal }), id);
  } catch (error) {
    if (!(error instanceof ProviderCallError) || error.problem.kind !== 'not_found') throw error;
  }
  if (raw === undefined) return { mark, candidate: undefined };
  const [candidate] = preparePage(resource, { records: [raw] }).candidates;
  return candidate && { mark, candidate };
}

function askForRun(
  deps: SyncDeps,
  of: { tenantId: string; syncId: string },
  last: Mark,
  resource: Resource,
): Promise<void> {
  const { tenantId, syncId } = of;
  return deps.db.tenant(tenantId, async (tx) => {
    const traceId = traceIdOf(last.trace_id);
    const asked = { tenantId, syncId, mode: 'incremental', trigger: 'webhook', traceId } as const;
    // Reading all of it for each telling would use up what the provider allows.
    const rested = new Date(deps.clock.now().getTime() - fullRestMs);
    if (resource.incremental === undefined && (await ranSince(tx, tenantId, syncId, rested)))
      return addMarkedJob(tx, deps, of, fullRestMs);
    const newest = await newestMark(tx, tenantId, syncId);
    const { isNew } = await requestRun(deps, tx, asked);
    // One that is open may be past these records already: another one follows it.
    if (isNew) await dropMarks(tx, tenantId, syncId, newest ?? last.mark);
    else await addMarkedJob(tx, deps, of, laterMs);
  });
}

function drop(deps: SyncDeps, { tenantId, syncId }: { tenantId: string; syncId: string }): Promise<void> {
  return deps.db.tenant(tenantId, (tx) => dropMarks(tx, tenantId, syncId, Number.MAX_SAFE_INTEGER));
}
