import type { Tx } from '@mortise/platform/database';
import { runColumns, type RunRow } from './run-store.ts';

export interface SyncRow extends Record<string, unknown> {
  id: string;
  connection_id: string;
  provider: string;
  resource: string;
  every_minutes: number | null;
  status: string;
  record_count: number;
  last_run_at: Date | null;
  last_run_status: string | null;
  next_run_at: Date | null;
  created_at: Date;
  version: number;
}

export interface RecordRow extends Record<string, unknown> {
  id: string;
  connection_id: string;
  resource: string;
  external_id: string;
  title: string;
  subtitle: string | null;
  data: object;
  seq: number;
  deleted_at: Date | null;
  first_seen_at: Date;
  changed_at: Date;
}

const syncSelect = `
  select s.id, s.connection_id, i.provider, s.resource, s.every_minutes, s.status, s.record_count, s.next_run_at,
         s.created_at, s.version, l.status as last_run_status, l.at as last_run_at
    from syncs s
    join connections c on c.tenant_id = s.tenant_id and c.id = s.connection_id
    join integrations i on i.tenant_id = s.tenant_id and i.id = c.integration_id
    left join lateral (
      select status, coalesce(finished_at, started_at, requested_at) as at from sync_runs
       where tenant_id = s.tenant_id and sync_id = s.id order by id desc limit 1
    ) l on true`;

/** Syncs of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listSyncRows(
  tx: Tx,
  tenantId: string,
  filter: { before?: string | undefined; connectionId?: string | undefined; limit: number },
): Promise<SyncRow[]> {
  return tx.query<SyncRow>(
    `${syncSelect}
      where s.tenant_id = $1 and ($2::uuid is null or s.id < $2) and ($3::uuid is null or s.connection_id = $3)
      order by s.id desc limit $4`,
    [tenantId, filter.before ?? null, filter.connectionId ?? null, filter.limit + 1],
  );
}

export async function readSyncRow(tx: Tx, tenantId: string, id: string): Promise<SyncRow | undefined> {
  const [row] = await tx.query<SyncRow>(`${syncSelect} where s.tenant_id = $1 and s.id = $2`, [tenantId, id]);
  return row;
}

/** The provider and the state of a connection, locked against its end until the commit. */
export async function readConnectionFor(
  tx: Tx,
  tenantId: string,
  connectionId: string,
): Promise<{ provider: string; status: string } | undefined> {
  const [row] = await tx.query<{ provider: string; status: string }>(
    `select i.provider, c.status from connections c
       join integrations i on i.tenant_id = c.tenant_id and i.id = c.integration_id
      where c.tenant_id = $1 and c.id = $2 for share of c`,
    [tenantId, connectionId],
  );
  return row;
}

/** @returns whether it was inserted: a connection has one sync of a resource */
export async function insertSync(
  tx: Tx,
  sync: {
    tenantId: string;
    id: string;
    connectionId: string;
    resource: string;
    everyMinutes: number | null;
    nextRunAt: Date | null;
    now: Date;
  },
): Promise<boolean> {
  const rows = await tx.query(
    `insert into syncs (tenant_id, id, connection_id, resource, every_minutes, status, next_run_at, created_at)
     values ($1, $2, $3, $4, $5, 'active', $6, $7)
     on conflict (tenant_id, connection_id, resource) do nothing returning 1 as one`,
    [sync.tenantId, sync.id, sync.connectionId, sync.resource, sync.everyMinutes, sync.nextRunAt, sync.now],
  );
  return rows.length === 1;
}

export interface SyncSettings extends Record<string, unknown> {
  connection_id: string;
  resource: string;
  status: string;
  every_minutes: number | null;
  next_run_at: Date | null;
  version: number;
}

export async function lockSync(tx: Tx, tenantId: string, id: string): Promise<SyncSettings | undefined> {
  const [row] = await tx.query<SyncSettings>(
    `select connection_id, resource, status, every_minutes, next_run_at, version from syncs
      where tenant_id = $1 and id = $2 for update`,
    [tenantId, id],
  );
  return row;
}

export async function updateSyncRow(
  tx: Tx,
  tenantId: string,
  id: string,
  settings: { status: string; everyMinutes: number | null; nextRunAt: Date | null },
): Promise<void> {
  await tx.query(
    `update syncs set status = $3, every_minutes = $4, next_run_at = $5, version = version + 1
      where tenant_id = $1 and id = $2`,
    [tenantId, id, settings.status, settings.everyMinutes, settings.nextRunAt],
  );
}

/** Waits for the page that an open run is committing. Runs are locked before their sync, everywhere. */
export async function lockOpenRuns(tx: Tx, tenantId: string, syncId: string): Promise<void> {
  await tx.query(
    `select from sync_runs where tenant_id = $1 and sync_id = $2 and status in ('queued', 'running') for update`,
    [tenantId, syncId],
  );
}

export async function deleteSyncRow(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.query('delete from syncs where tenant_id = $1 and id = $2', [tenantId, id]);
}

const runSelect = `select ${runColumns} from sync_runs u join syncs s on s.tenant_id = u.tenant_id and s.id = u.sync_id`;

export function listRunRows(
  tx: Tx,
  tenantId: string,
  filter: {
    before?: string | undefined;
    syncId?: string | undefined;
    connectionId?: string | undefined;
    status?: string | undefined;
    limit: number;
  },
): Promise<RunRow[]> {
  return tx.query<RunRow & Record<string, unknown>>(
    `${runSelect}
      where u.tenant_id = $1 and ($2::uuid is null or u.id < $2) and ($3::uuid is null or u.sync_id = $3)
        and ($4::uuid is null or s.connection_id = $4) and ($5::text is null or u.status = $5)
      order by u.id desc limit $6`,
    [
      tenantId,
      filter.before ?? null,
      filter.syncId ?? null,
      filter.connectionId ?? null,
      filter.status ?? null,
      filter.limit + 1,
    ],
  );
}

export async function readRunRow(tx: Tx, tenantId: string, id: string): Promise<RunRow | undefined> {
  const [row] = await tx.query<RunRow & Record<string, unknown>>(
    `${runSelect} where u.tenant_id = $1 and u.id = $2`,
    [tenantId, id],
  );
  return row;
}

/**
 * Ends a run that waits, or asks one that is under way to stop.
 *
 * @returns its status before, undefined when it was over already
 */
export async function askToCancel(
  tx: Tx,
  tenantId: string,
  id: string,
  now: Date,
): Promise<string | undefined> {
  const [row] = await tx.query<{ status: string }>(
    `select status from sync_runs where tenant_id = $1 and id = $2 and status in ('queued', 'running') for update`,
    [tenantId, id],
  );
  if (row === undefined) return undefined;
  await tx.query(
    row.status === 'queued'
      ? `update sync_runs set status = 'cancelled', finished_at = $3, owner = null, fence = fence + 1
          where tenant_id = $1 and id = $2`
      : 'update sync_runs set cancel_requested = $3::timestamptz is not null where tenant_id = $1 and id = $2',
    [tenantId, id, now],
  );
  return row.status;
}

const recordSelect = `
  select r.id, s.connection_id, s.resource, r.external_id, r.title, r.subtitle, r.data, r.seq, r.deleted_at,
         r.first_seen_at, r.changed_at
    from records r join syncs s on s.tenant_id = r.tenant_id and s.id = r.sync_id`;

/** Records of the tenant, latest change first; one more than `limit`. `search` is a text, not a pattern. */
export function listRecordRows(
  tx: Tx,
  tenantId: string,
  filter: {
    beforeSeq?: string | undefined;
    connectionId?: string | undefined;
    resource?: string | undefined;
    search?: string | undefined;
    deleted: 'without' | 'only' | 'with';
    limit: number;
  },
): Promise<RecordRow[]> {
  const pattern =
    filter.search === undefined || filter.search === ''
      ? null
      : `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
  return tx.query<RecordRow>(
    `${recordSelect}
      where r.tenant_id = $1 and ($2::bigint is null or r.seq < $2) and ($3::uuid is null or s.connection_id = $3)
        and ($4::text is null or s.resource = $4) and ($5::text is null or r.title ilike $5 or r.subtitle ilike $5)
        and ($6 = 'with' or (r.deleted_at is not null) = ($6 = 'only'))
      order by r.seq desc limit $7`,
    [
      tenantId,
      filter.beforeSeq ?? null,
      filter.connectionId ?? null,
      filter.resource ?? null,
      pattern,
      filter.deleted,
      filter.limit + 1,
    ],
  );
}

/**
 * Records by their last change, oldest first, after a number. Numbers become visible in their order, so whoever has
 * read up to one has missed none below it; a record that changes again moves to the end.
 */
export function listChangeRows(
  tx: Tx,
  tenantId: string,
  filter: { after: string; connectionId?: string | undefined; resource?: string | undefined; limit: number },
): Promise<RecordRow[]> {
  return tx.query<RecordRow>(
    `${recordSelect}
      where r.tenant_id = $1 and r.seq > $2::bigint and ($3::uuid is null or s.connection_id = $3)
        and ($4::text is null or s.resource = $4)
      order by r.seq limit $5`,
    [tenantId, filter.after, filter.connectionId ?? null, filter.resource ?? null, filter.limit],
  );
}

export async function readRecordRow(tx: Tx, tenantId: string, id: string): Promise<RecordRow | undefined> {
  const [row] = await tx.query<RecordRow>(`${recordSelect} where r.tenant_id = $1 and r.id = $2`, [
    tenantId,
    id,
  ]);
  return row;
}
