import type { Erasure } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId, type Actor } from '../kernel/index.ts';

/** Whose events: by their subject, or by a value at a place in their data. */
export type Selector = { subject: string } | { pointer: string; value: string | number | boolean };

export interface ErasureRow {
  tenant_id: string;
  id: string;
  state: Erasure['state'];
  selector: Selector | null;
  through: string;
  walked_to: string | null;
  seen: number;
  erased: number;
  error: string | null;
  actor: Actor;
  trace_id: string;
  requested_at: Date;
  finished_at: Date | null;
}

type Row = ErasureRow & Record<string, unknown>;

export function showErasure(row: ErasureRow): Erasure {
  return {
    id: publicId('erasure', row.id),
    state: row.state,
    seen: row.seen,
    erased: row.erased,
    error: row.error,
    requestedAt: row.requested_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** The members of a path as PostgreSQL takes them, from a JSON pointer (RFC 6901, section 4). */
export function pathOf(pointer: string): string[] {
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export async function addErasure(
  tx: Tx,
  erasure: {
    tenantId: string;
    id: string;
    selector: Selector;
    through: string;
    actor: Actor;
    traceId: string;
  },
): Promise<ErasureRow> {
  const [row] = await tx.query<Row>(
    `insert into event_erasures (tenant_id, id, selector, through, actor, trace_id)
     values ($1, $2, $3, $4, $5, $6) returning *`,
    [
      erasure.tenantId,
      erasure.id,
      JSON.stringify(erasure.selector),
      erasure.through,
      JSON.stringify(erasure.actor),
      erasure.traceId,
    ],
  );
  if (row === undefined) throw new Error('An insert gives its row');
  return row;
}

export async function readErasureRow(tx: Tx, tenantId: string, id: string): Promise<ErasureRow | undefined> {
  const rows = await tx.query<Row>('select * from event_erasures where tenant_id = $1 and id = $2', [
    tenantId,
    id,
  ]);
  return rows[0];
}

/** The erasure while it is not over, alone with it. */
export async function lockErasure(tx: Tx, tenantId: string, id: string): Promise<ErasureRow | undefined> {
  const rows = await tx.query<Row>(
    `select * from event_erasures where tenant_id = $1 and id = $2 and state in ('queued', 'running') for update`,
    [tenantId, id],
  );
  return rows[0];
}

/**
 * The next events of a tenant to be looked at, oldest first. By subject they come from its index and all are meant;
 * by a place in the data every event of the tenant is looked at.
 */
export function readCandidates(
  tx: Tx,
  row: ErasureRow,
  selector: Selector,
  most: number,
): Promise<{ id: string; meant: boolean }[]> {
  const from = [row.tenant_id, row.walked_to ?? '00000000-0000-0000-0000-000000000000', row.through, most];
  if ('subject' in selector) {
    return tx.query(
      `select id, true as meant from events
        where tenant_id = $1 and id > $2 and id <= $3 and subject = $5 order by id limit $4`,
      [...from, selector.subject],
    );
  }
  return tx.query(
    `select id, coalesce(data #> $5::text[] = $6::jsonb, false) as meant from events
      where tenant_id = $1 and id > $2 and id <= $3 order by id limit $4`,
    [...from, pathOf(selector.pointer), JSON.stringify(selector.value)],
  );
}

/** Blanks the data of events. @returns those it has blanked; what was erased before is not among them */
export async function blankEvents(tx: Tx, tenantId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>('select erase_events as id from erase_events($1, $2::uuid[])', [
    tenantId,
    ids,
  ]);
  return rows.map((row) => row.id);
}

export async function noteProgress(
  tx: Tx,
  row: ErasureRow,
  progress: { walkedTo: string | null; seen: number; erased: number },
): Promise<void> {
  await tx.query(
    `update event_erasures
        set state = 'running', error = null, walked_to = coalesce($3, walked_to), seen = seen + $4, erased = erased + $5
      where tenant_id = $1 and id = $2`,
    [row.tenant_id, row.id, progress.walkedTo, progress.seen, progress.erased],
  );
}

/** Ends an erasure, and forgets whom it was about. */
export async function endErasure(
  tx: Tx,
  erasure: { tenantId: string; id: string },
  error: string | null,
): Promise<void> {
  await tx.query(
    `update event_erasures set state = $3, error = $4, selector = null, finished_at = now()
      where tenant_id = $1 and id = $2 and state in ('queued', 'running')`,
    [erasure.tenantId, erasure.id, error === null ? 'succeeded' : 'failed', error],
  );
}

/** Says why an erasure stands still for now. */
export async function noteInterruption(
  tx: Tx,
  erasure: { tenantId: string; id: string },
  error: string,
): Promise<void> {
  await tx.query(
    `update event_erasures set error = $3 where tenant_id = $1 and id = $2 and state in ('queued', 'running')`,
    [erasure.tenantId, erasure.id, error],
  );
}

/** Tenants that keep their events for a shorter time than the installation does. */
export function readRetentions(tx: Tx): Promise<{ tenant_id: string; days: number }[]> {
  return tx.query(
    'select id as tenant_id, retention_days as days from tenants where retention_days is not null order by id',
  );
}

/** Removes some of a tenant's oldest events before an id. @returns how many */
export async function expireEvents(tx: Tx, tenantId: string, before: string, most: number): Promise<number> {
  const [row] = await tx.query<{ gone: number }>('select expire_events($1, $2, $3) as gone', [
    tenantId,
    before,
    most,
  ]);
  return row?.gone ?? 0;
}
