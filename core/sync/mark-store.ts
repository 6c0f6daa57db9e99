import type { Tx } from '@mortise/platform/database';

/** A record of which somebody said that it changed. Ids are bare. */
export interface ToldChange {
  connectionId: string;
  resource: string;
  externalId: string;
  /** 32 hex digits. */
  traceId: string;
}

export interface Mark extends Record<string, unknown> {
  external_id: string;
  /** Another one each time the record is told of. */
  mark: number;
  trace_id: string;
}

/**
 * Marks the records that an active sync covers, in one order, so that two who tell of the same ones do not wait for
 * each other.
 *
 * @returns the sync that covers each change, by its place in the list; bare
 */
export async function markRecords(
  tx: Tx,
  tenantId: string,
  changes: readonly ToldChange[],
): Promise<Map<number, string>> {
  const covered = await tx.query<{ place: number; sync_id: string }>(
    `select t.place::int - 1 as place, s.id as sync_id
       from unnest($2::uuid[], $3::text[]) with ordinality as t (connection_id, resource, place)
       join syncs s on s.tenant_id = $1 and s.connection_id = t.connection_id and s.resource = t.resource
      where s.status = 'active'`,
    [tenantId, changes.map((one) => one.connectionId), changes.map((one) => one.resource)],
    'sync.covers',
  );
  if (covered.length === 0) return new Map();
  const told = covered.flatMap(({ place, sync_id: syncId }) => {
    const change = changes[place];
    return change === undefined ? [] : [{ syncId, ...change }];
  });
  await tx.query(
    `insert into sync_marks (tenant_id, sync_id, external_id, mark, trace_id)
     select $1, t.sync_id, t.external_id, nextval('sync_mark_numbers'), t.trace_id
       from (select distinct on (sync_id, external_id) sync_id, external_id, trace_id
               from unnest($2::uuid[], $3::text[], $4::uuid[]) as t (sync_id, external_id, trace_id)
              order by sync_id, external_id) t
     on conflict (tenant_id, sync_id, external_id) do update
       set mark = excluded.mark, trace_id = excluded.trace_id, noted_at = now()`,
    [
      tenantId,
      told.map((one) => one.syncId),
      told.map((one) => one.externalId),
      told.map((one) => one.traceId),
    ],
    'sync.mark',
  );
  return new Map(covered.map((one) => [one.place, one.sync_id]));
}

/** The sync's marks, oldest first, `limit` at most. */
export function readMarks(tx: Tx, tenantId: string, syncId: string, limit: number): Promise<Mark[]> {
  return tx.query<Mark>(
    `select external_id, mark, trace_id from sync_marks where tenant_id = $1 and sync_id = $2 order by mark limit $3`,
    [tenantId, syncId, limit],
  );
}

/**
 * Takes marks away that nobody has set anew since they were read.
 *
 * @returns the external ids of those that were taken: what was read of the others may be old
 */
export async function takeMarks(
  tx: Tx,
  tenantId: string,
  syncId: string,
  marks: readonly Mark[],
): Promise<Set<string>> {
  const rows = await tx.query<{ external_id: string }>(
    `delete from sync_marks m using unnest($3::text[], $4::bigint[]) as t (external_id, mark)
      where m.tenant_id = $1 and m.sync_id = $2 and m.external_id = t.external_id and m.mark = t.mark
      returning m.external_id`,
    [tenantId, syncId, marks.map((one) => one.external_id), marks.map((one) => one.mark)],
  );
  return new Set(rows.map((row) => row.external_id));
}

export async function newestMark(tx: Tx, tenantId: string, syncId: string): Promise<number | undefined> {
  const [row] = await tx.query<{ mark: number | null }>(
    'select max(mark) as mark from sync_marks where tenant_id = $1 and sync_id = $2',
    [tenantId, syncId],
  );
  return row?.mark ?? undefined;
}

/** Takes away all that were set up to a number. */
export async function dropMarks(tx: Tx, tenantId: string, syncId: string, upTo: number): Promise<void> {
  await tx.query('delete from sync_marks where tenant_id = $1 and sync_id = $2 and mark <= $3', [
    tenantId,
    syncId,
    upTo,
  ]);
}

/** Whether a run of the sync is open, or has ended since a moment: what was read before may be older than what is held. */
export async function ranSince(tx: Tx, tenantId: string, syncId: string, since: Date): Promise<boolean> {
  const rows = await tx.query(
    `select from sync_runs where tenant_id = $1 and sync_id = $2
        and (status in ('queued', 'running') or finished_at >= $3) limit 1`,
    [tenantId, syncId, since],
  );
  return rows.length > 0;
}
