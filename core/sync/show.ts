import type { Run, Sync, SyncedRecord } from '@mortise/contract';
import { publicId, traceIdOf } from '../kernel/index.ts';
import type { RunRow } from './run-store.ts';
import type { RecordRow, SyncRow } from './store.ts';

/** @param now up to when a run that is still under way is measured */
export function showRun(row: RunRow, now: Date): Run {
  const seconds =
    row.started_at === null ? 0 : ((row.finished_at ?? now).getTime() - row.started_at.getTime()) / 1_000;
  return {
    id: publicId('run', row.id),
    syncId: publicId('sync', row.sync_id),
    connectionId: publicId('connection', row.connection_id),
    resource: row.resource,
    mode: row.mode as Run['mode'],
    trigger: row.trigger as Run['trigger'],
    status: row.status as Run['status'],
    pages: row.pages,
    fetched: row.fetched,
    expected: row.expected,
    created: row.created,
    updated: row.updated,
    deleted: row.deleted,
    unchanged: row.unchanged,
    recordsPerSecond: seconds <= 0 ? 0 : Math.round((row.fetched / seconds) * 10) / 10,
    attempts: row.attempts,
    error: row.error,
    traceId: traceIdOf(row.trace_id),
    requestedAt: row.requested_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

export function showSync(row: SyncRow): Sync {
  return {
    id: publicId('sync', row.id),
    connectionId: publicId('connection', row.connection_id),
    provider: row.provider,
    resource: row.resource,
    everyMinutes: row.every_minutes,
    status: row.status as Sync['status'],
    recordCount: row.record_count,
    lastRunAt: row.last_run_at?.toISOString() ?? null,
    lastRunStatus: row.last_run_status as Sync['lastRunStatus'],
    nextRunAt: row.next_run_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    version: row.version,
  };
}

export function showRecord(row: RecordRow): SyncedRecord {
  return {
    id: publicId('record', row.id),
    connectionId: publicId('connection', row.connection_id),
    resource: row.resource,
    externalId: row.external_id,
    title: row.title,
    subtitle: row.subtitle,
    data: row.data as SyncedRecord['data'],
    seq: String(row.seq),
    deletedAt: row.deleted_at?.toISOString() ?? null,
    firstSeenAt: row.first_seen_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  };
}
