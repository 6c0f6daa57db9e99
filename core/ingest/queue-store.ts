import type { Tx } from '@mortise/platform/database';
import { addToReplays } from './replay-store.ts';

/** A receipt that is to be processed. Ids are bare. */
export interface QueuedRow extends Record<string, unknown> {
  tenant_id: string;
  id: string;
  receipt_id: string;
  source_id: string;
  body_bytes: number;
  attempts: number;
  replay: boolean;
  /** The replay of many that it belongs to. */
  replay_id: string | null;
  trace_id: string;
}

/** Tenants of which something is ready, and when the first of it is due: two looks into the index a tenant. */
const headsSql = `
  with recursive tenants (tenant_id) as (
    (select tenant_id from ingest_queue where lane = 'ready' order by tenant_id limit 1)
    union all
    select (select tenant_id from ingest_queue where lane = 'ready' and tenant_id > t.tenant_id order by tenant_id limit 1)
      from tenants t where t.tenant_id is not null
  )
  select t.tenant_id, h.due_at
    from tenants t
    join lateral (select due_at from ingest_queue where tenant_id = t.tenant_id and lane = 'ready'
                   order by due_at, id limit 1) h on true`;

/**
 * Takes what is due for this transaction: nobody else is given it until the transaction ends, and when its process dies,
 * everybody is. Tenants have equal parts of it, and what one does not need the others have; a tenant's own comes oldest
 * first, and so do tenants where there are more of them than `limit`.
 */
export async function takeDue(tx: Tx, now: Date, limit: number): Promise<QueuedRow[]> {
  const heads = await tx.query<{ tenant_id: string }>(
    `select tenant_id from (${headsSql}) h where due_at <= $1 order by due_at limit $2`,
    [now, limit],
    'ingest.heads',
  );
  let hungry = heads.map((head) => head.tenant_id);
  const taken: QueuedRow[] = [];
  while (hungry.length > 0 && taken.length < limit) {
    const rest = limit - taken.length;
    const each = Math.max(1, Math.floor(rest / hungry.length));
    const rows = await tx.query<QueuedRow>(
      `select q.* from unnest($1::uuid[]) with ordinality as t (tenant_id, place)
         join lateral (select tenant_id, id, receipt_id, source_id, body_bytes, attempts, replay, replay_id,
                              trace_id
                         from ingest_queue
                        where tenant_id = t.tenant_id and lane = 'ready' and due_at <= $2 and id <> all ($4::uuid[])
                        order by due_at, id limit $3 for update skip locked) q on true
        order by t.place`,
      [hungry.slice(0, rest), now, each, taken.map((row) => row.id)],
      'ingest.takeDue',
    );
    taken.push(...rows);
    const filled = new Map<string, number>();
    for (const row of rows) filled.set(row.tenant_id, (filled.get(row.tenant_id) ?? 0) + 1);
    hungry = hungry.filter((tenantId) => filled.get(tenantId) === each);
  }
  return taken;
}

/** One of them, if it still waits and nobody has it. */
export async function takeOne(tx: Tx, tenantId: string, id: string): Promise<QueuedRow | undefined> {
  const [row] = await tx.query<QueuedRow>(
    `select tenant_id, id, receipt_id, source_id, body_bytes, attempts, replay, replay_id, trace_id from ingest_queue
      where tenant_id = $1 and id = $2 and lane = 'ready' for update skip locked`,
    [tenantId, id],
  );
  return row;
}

/** When the next one is due; undefined when nothing waits. */
export async function nextDue(tx: Tx): Promise<Date | undefined> {
  const [row] = await tx.query<{ due_at: Date | null }>(
    `select min(due_at) as due_at from (${headsSql}) h`,
    [],
    'ingest.nextDue',
  );
  return row?.due_at ?? undefined;
}

/** What of a receipt its processing needs. */
export interface StoredReceipt extends Record<string, unknown> {
  id: string;
  method: string;
  headers: Record<string, string>;
  body: Buffer | null;
  secret_id: string | null;
  received_at: Date;
}

export function readStored(tx: Tx, tenantId: string, ids: readonly string[]): Promise<StoredReceipt[]> {
  return tx.query<StoredReceipt>(
    `select r.id, r.method, r.headers, r.body, r.secret_id, r.received_at
       from unnest($2::uuid[]) as g (id)
       join lateral (select * from receipts where tenant_id = $1 and id = g.id offset 0) r on true`,
    [tenantId, ids],
    'receipts.readStored',
  );
}

/** Which account each of these secrets is for, where it is for one. */
export async function readSecretAccounts(
  tx: Tx,
  tenantId: string,
  secretIds: readonly string[],
): Promise<Map<string, string>> {
  if (secretIds.length === 0) return new Map();
  const rows = await tx.query<{ id: string; connection_id: string }>(
    `select id, connection_id from source_secrets
      where tenant_id = $1 and id = any($2::uuid[]) and connection_id is not null`,
    [tenantId, secretIds],
  );
  return new Map(rows.map((row) => [row.id, row.connection_id]));
}

/** Puts aside what came to a source that is paused. The source must be locked. */
export async function hold(tx: Tx, tenantId: string, ids: readonly string[]): Promise<void> {
  await tx.query(`update ingest_queue set lane = 'held' where tenant_id = $1 and id = any($2::uuid[])`, [
    tenantId,
    ids,
  ]);
}

/** Lets go what was put aside, due at once. The source must have been changed before in this transaction. */
export async function release(tx: Tx, tenantId: string, sourceId: string): Promise<void> {
  await tx.query(
    `update ingest_queue set lane = 'ready' where tenant_id = $1 and source_id = $2 and lane = 'held'`,
    [tenantId, sourceId],
  );
}

/** What came of one receipt. Ids are bare. */
export interface NewOutcome {
  receiptId: string;
  id: string;
  sourceId: string;
  status: 'processed' | 'failed';
  attempts: number;
  note: string | null;
  eventIds: readonly string[];
  syncIds: readonly string[];
  connectionIds: readonly string[];
  replay: boolean;
  replayId: string | null;
  traceId: string;
}

/** Ends the processing of receipts: what came of them is kept, and they leave the queue. */
export async function finish(
  tx: Tx,
  tenantId: string,
  queueIds: readonly string[],
  outcomes: readonly NewOutcome[],
  now: Date,
): Promise<void> {
  const list = (ids: readonly string[]) => `{${ids.join(',')}}`;
  await tx.query(
    `with gone as (delete from ingest_queue where tenant_id = $1 and id = any($2::uuid[]))
     insert into receipt_outcomes (tenant_id, receipt_id, id, source_id, status, attempts, note, event_ids, sync_ids,
                                   connection_ids, replay, trace_id, at)
     select $1, o.receipt_id, o.id, o.source_id, o.status, o.attempts, o.note, o.event_ids::uuid[], o.sync_ids::uuid[],
            o.connection_ids::uuid[], o.replay, o.trace_id, $3
       from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::int[], $9::text[], $10::text[], $11::text[],
                   $12::text[], $13::bool[], $14::uuid[])
         as o (receipt_id, id, source_id, status, attempts, note, event_ids, sync_ids, connection_ids, replay, trace_id)`,
    [
      tenantId,
      queueIds,
      now,
      outcomes.map((one) => one.receiptId),
      outcomes.map((one) => one.id),
      outcomes.map((one) => one.sourceId),
      outcomes.map((one) => one.status),
      outcomes.map((one) => one.attempts),
      outcomes.map((one) => one.note),
      outcomes.map((one) => list(one.eventIds)),
      outcomes.map((one) => list(one.syncIds)),
      outcomes.map((one) => list(one.connectionIds)),
      outcomes.map((one) => one.replay),
      outcomes.map((one) => one.traceId),
    ],
    'ingest.finish',
  );
  await addToReplays(tx, tenantId, outcomes);
}

/** Puts one off after a failure. */
export async function putOff(
  tx: Tx,
  tenantId: string,
  id: string,
  failure: { attempts: number; error: string; dueAt: Date },
): Promise<void> {
  await tx.query(
    'update ingest_queue set attempts = $3, error = $4, due_at = $5 where tenant_id = $1 and id = $2',
    [tenantId, id, failure.attempts, failure.error, failure.dueAt],
  );
}

/** Puts a receipt into the queue once more. */
export async function queueAgain(
  tx: Tx,
  again: {
    tenantId: string;
    id: string;
    receiptId: string;
    sourceId: string;
    bodyBytes: number;
    traceId: string;
    now: Date;
  },
): Promise<void> {
  await tx.query(
    `insert into ingest_queue (tenant_id, id, receipt_id, source_id, due_at, body_bytes, replay, trace_id)
     values ($1, $2, $3, $4, $5, $6, true, $7)`,
    [again.tenantId, again.id, again.receiptId, again.sourceId, again.now, again.bodyBytes, again.traceId],
  );
}
