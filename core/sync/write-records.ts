import type { Tx } from '@mortise/platform/database';
import type { Change } from './judge-page.ts';
import { recordEvent } from './record-event.ts';
import { lockLive, markDeleted, takeNumbers, writeRecords } from './record-store.ts';
import type { RunContext } from './run-context.ts';
import { countRecords } from './run-store.ts';

/** Whose records are written, and on which trace; a record may bring another one. */
export type Writing = Pick<RunContext, 'deps' | 'of' | 'source' | 'traceId'> & {
  traceOf?: (externalId: string) => string | undefined;
};

function traced(writing: Writing, externalId: string): { traceId?: string } {
  const traceId = writing.traceOf?.(externalId);
  return traceId === undefined ? {} : { traceId };
}

/** Writes what changed and its events, in the caller's transaction. */
export async function writeChanges(tx: Tx, writing: Writing, changes: readonly Change[]): Promise<void> {
  const { deps, of, source, traceId } = writing;
  const before = await takeNumbers(tx, of.tenantId, changes.length);
  const written = writeRecords(tx, of, changes, before, deps.clock.now());
  // Made while the database writes.
  const events = changes.map(({ kind, id, candidate, changed }) => {
    const { externalId, title, fields } = candidate;
    const record = { id, externalId, title, data: fields };
    const more = kind === 'updated' ? { changed } : kind === 'restored' ? { restored: true as const } : {};
    const event = recordEvent(source, kind === 'updated' ? 'updated' : 'created', record, more);
    return { ...event, ...traced(writing, externalId) };
  });
  await written;
  await deps.events.append(tx, { tenantId: of.tenantId, traceId }, events);
}

/**
 * Marks records deleted, with their events, in the caller's transaction. What is not held, or deleted already, is
 * passed over.
 *
 * @returns how many were deleted
 */
export async function writeDeletions(
  tx: Tx,
  writing: Writing,
  deletions: readonly { externalId: string; at: Date | undefined }[],
): Promise<number> {
  const { deps, of, source, traceId } = writing;
  const ids = deletions.map((one) => one.externalId);
  const live = ids.length === 0 ? [] : await lockLive(tx, of, ids);
  if (live.length === 0) return 0;
  const now = deps.clock.now();
  const times = new Map(deletions.map((one) => [one.externalId, one.at]));
  const before = await takeNumbers(tx, of.tenantId, live.length);
  const marks = live.map((one) => ({ id: one.id, at: times.get(one.external_id) ?? now }));
  await markDeleted(tx, of, marks, before, now);
  const events = live.map(({ id, external_id: externalId, title, data }) => ({
    ...recordEvent(source, 'deleted', { id, externalId, title, data }),
    ...traced(writing, externalId),
  }));
  await deps.events.append(tx, { tenantId: of.tenantId, traceId }, events);
  await countRecords(tx, of, -live.length);
  return live.length;
}
