import type { Tx } from '@mortise/platform/database';
import type { Change, Held } from './judge-page.ts';
import type { Aside, Candidate } from './prepare-page.ts';

/** The sync whose records are written. Ids are bare. */
export interface RecordsOf {
  tenantId: string;
  syncId: string;
}

/**
 * Those of the candidates that are not held, are held as deleted, or differ by hash. Statements over pages have no
 * name: a plan kept from when the table was small would read it whole for every page once it is large. For the same
 * reason the look-up is fenced off (offset 0): it must be one by the unique index, for each record.
 */
export function readDiffering(tx: Tx, of: RecordsOf, candidates: readonly Candidate[]): Promise<Held[]> {
  return tx.query<Held & Record<string, unknown>>(
    `select o.place::int - 1 as place, r.id, r.deleted_at is not null as deleted, r.data
       from unnest($3::text[], $4::bytea[]) with ordinality as o (external_id, hash, place)
       left join lateral (
         select id, hash, deleted_at, data from records
          where tenant_id = $1 and sync_id = $2 and external_id = o.external_id offset 0
       ) r on true
      where r.id is null or r.deleted_at is not null or r.hash <> o.hash
      order by o.place`,
    [of.tenantId, of.syncId, candidates.map((c) => c.externalId), candidates.map((c) => c.hash)],
  );
}

/**
 * Takes the next numbers of the tenant's order of changes. The row stays locked until the commit, so numbers become
 * visible in their order. Take them only when something changes, and late.
 *
 * @returns the number before the first one taken
 */
export async function takeNumbers(tx: Tx, tenantId: string, count: number): Promise<number> {
  const [row] = await tx.query<{ before: number }>(
    `insert into change_sequences as c (tenant_id, last) values ($1, $2)
     on conflict (tenant_id) do update set last = c.last + excluded.last
     returning last - $2::bigint as before`,
    [tenantId, count],
    'sync.takeNumbers',
  );
  if (row === undefined) throw new Error('the order of changes gave no number');
  return row.before;
}

/** Writes created, updated and restored records in one statement; `before` is the number before their first one. */
export async function writeRecords(
  tx: Tx,
  of: RecordsOf,
  changes: readonly Change[],
  before: number,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into records (tenant_id, id, sync_id, external_id, title, subtitle, hash, data, seq, first_seen_at, changed_at)
     select $1, c.id, $2, c.external_id, c.title, c.subtitle, c.hash, c.data, $3::bigint + c.place, $4, $4
       from unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::jsonb[])
         with ordinality as c (id, external_id, title, subtitle, hash, data, place)
     on conflict (tenant_id, sync_id, external_id) do update
       set title = excluded.title, subtitle = excluded.subtitle, hash = excluded.hash, data = excluded.data,
           seq = excluded.seq, changed_at = excluded.changed_at, deleted_at = null`,
    [
      of.tenantId,
      of.syncId,
      before,
      now,
      changes.map((change) => change.id),
      changes.map((change) => change.candidate.externalId),
      changes.map((change) => change.candidate.title),
      changes.map((change) => change.candidate.subtitle),
      changes.map((change) => change.candidate.hash),
      changes.map((change) => change.candidate.json),
    ],
  );
}

export interface LiveRecord extends Record<string, unknown> {
  id: string;
  external_id: string;
  title: string;
  data: Record<string, unknown>;
}

/** Of these external ids, the records held and not deleted, locked. */
export function lockLive(tx: Tx, of: RecordsOf, externalIds: readonly string[]): Promise<LiveRecord[]> {
  return tx.query<LiveRecord>(
    `select id, external_id, title, data from records
      where tenant_id = $1 and sync_id = $2 and external_id = any($3::text[]) and deleted_at is null
      order by id for update`,
    [of.tenantId, of.syncId, externalIds],
  );
}

/** Marks records deleted, each with its own number and time. */
export async function markDeleted(
  tx: Tx,
  of: RecordsOf,
  deletions: readonly { id: string; at: Date }[],
  before: number,
  now: Date,
): Promise<void> {
  await tx.query(
    `update records r set deleted_at = d.at, changed_at = $3, seq = $2::bigint + d.place
       from unnest($4::uuid[], $5::timestamptz[]) with ordinality as d (id, at, place)
      where r.tenant_id = $1 and r.id = d.id`,
    [of.tenantId, before, now, deletions.map((one) => one.id), deletions.map((one) => one.at)],
  );
}

/** Keeps which external ids a page of a full run has met. */
export async function rememberMet(
  tx: Tx,
  tenantId: string,
  runId: string,
  page: number,
  ids: readonly string[],
): Promise<void> {
  await tx.query(
    'insert into sync_run_met (tenant_id, run_id, page, external_ids) values ($1, $2, $3, $4::text[])',
    [tenantId, runId, page, ids],
    'sync.rememberMet',
  );
}

export async function forgetMet(tx: Tx, tenantId: string, runId: string): Promise<void> {
  await tx.query(
    'delete from sync_run_met where tenant_id = $1 and run_id = $2',
    [tenantId, runId],
    'sync.forgetMet',
  );
}

const notMet = `
  from records r
 where r.tenant_id = $1 and r.sync_id = $2 and r.deleted_at is null
   and not exists (
     select from (select unnest(external_ids) as external_id from sync_run_met where tenant_id = $1 and run_id = $3) m
      where m.external_id = r.external_id)`;

/**
 * What is met is compared as one set with what is held. The planner, who knows little of lists that were filled a
 * moment ago, may take either for small and compare each with each, which takes minutes for 100,000.
 */
async function compareAsSets(tx: Tx): Promise<void> {
  await tx.query(`select set_config('enable_nestloop', 'off', true)`);
}

/** How many records are held, and how many of them the run has not met. */
export async function countNotMet(
  tx: Tx,
  of: RecordsOf,
  runId: string,
): Promise<{ held: number; gone: number }> {
  await compareAsSets(tx);
  const [row] = await tx.query<{ held: number; gone: number }>(
    `select (select count(*) from records where tenant_id = $1 and sync_id = $2 and deleted_at is null) as held,
            (select count(*) ${notMet}) as gone`,
    [of.tenantId, of.syncId, runId],
  );
  return row ?? { held: 0, gone: 0 };
}

/** External ids that the run has not met, `limit` at most. */
export async function readNotMet(tx: Tx, of: RecordsOf, runId: string, limit: number): Promise<string[]> {
  await compareAsSets(tx);
  const rows = await tx.query<{ external_id: string }>(
    `select r.external_id ${notMet} order by r.external_id limit $4`,
    [of.tenantId, of.syncId, runId, limit],
  );
  return rows.map((row) => row.external_id);
}

/** Keeps records that could not be read; one that is there already gets the latest raw form and reason. */
export async function writeAside(
  tx: Tx,
  of: RecordsOf,
  runId: string,
  aside: readonly Aside[],
): Promise<void> {
  await tx.query(
    `insert into quarantine (tenant_id, sync_id, key, external_id, reason, raw, run_id)
     select $1, $2, a.key, a.external_id, a.reason, a.raw, $3
       from unnest($4::text[], $5::text[], $6::text[], $7::jsonb[]) as a (key, external_id, reason, raw)
     on conflict (tenant_id, sync_id, key) do update
       set reason = excluded.reason, raw = excluded.raw, run_id = excluded.run_id, created_at = now()`,
    [
      of.tenantId,
      of.syncId,
      runId,
      aside.map((one) => one.key),
      aside.map((one) => one.externalId),
      aside.map((one) => one.reason),
      aside.map((one) => one.raw),
    ],
  );
}

/** Lets go of what could not be read once and now can, or is gone. */
export async function releaseAside(tx: Tx, of: RecordsOf, externalIds: readonly string[]): Promise<void> {
  await tx.query('delete from quarantine where tenant_id = $1 and sync_id = $2 and key = any($3::text[])', [
    of.tenantId,
    of.syncId,
    externalIds,
  ]);
}

/** What a run has set aside: how many records, how many of them without a readable id, and one reason. */
export interface AsideFigures extends Record<string, unknown> {
  aside: number;
  nameless: number;
  reason: string | null;
}

export async function countAside(
  tx: Tx,
  run: { tenantId: string; syncId: string; runId: string },
): Promise<AsideFigures> {
  const [row] = await tx.query<AsideFigures>(
    `select count(*) as aside, count(*) filter (where external_id is null) as nameless, min(reason) as reason
       from quarantine where tenant_id = $1 and sync_id = $2 and run_id = $3`,
    [run.tenantId, run.syncId, run.runId],
  );
  return row ?? { aside: 0, nameless: 0, reason: null };
}
