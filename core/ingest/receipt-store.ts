import type { Receipt, ReceiptOutcome } from '@mortise/contract';
import {
  bytesArray,
  momentArray,
  numberArray,
  textArray,
  uuidArray,
  type Database,
  type Tx,
} from '@mortise/platform/database';
import { publicId, storableJson, traceIdOf } from '../kernel/index.ts';

/** A receipt as it is to be committed. Ids are bare. */
export interface NewReceipt {
  tenantId: string;
  id: string;
  sourceId: string;
  verdict: 'accepted' | 'refused';
  reason: string | null;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
  bodyBytes: number;
  address: string;
  secretId: string | null;
  dedupeKey: string | null;
  traceId: string;
  receivedAt: Date;
}

/** Something that may be met again. */
export interface NewKey {
  tenantId: string;
  sourceId: string;
  digest: Buffer;
  receiptId: string;
  expiresAt: Date;
}

/**
 * Enters keys, of which none stands twice in the list, and says which were there already: exactly one of any number of
 * transactions that enter a key gets it. In one order, so that two lists never wait for each other.
 *
 * @returns for each key that is somebody else's, its place in the list and whose it is
 */
export async function enterKeys(
  tx: Tx,
  keys: readonly NewKey[],
  now: Date,
): Promise<{ place: number; receiptId: string }[]> {
  if (keys.length === 0) return [];
  const order = keys
    .map((key, place) => ({
      key,
      place,
      name: `${key.tenantId}${key.sourceId}${key.digest.toString('latin1')}`,
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const columns = [
    order.map(({ key }) => key.tenantId),
    order.map(({ key }) => key.sourceId),
    order.map(({ key }) => key.digest),
  ];
  const won = await tx.query<{ receipt_id: string }>(
    `insert into receipt_keys (tenant_id, source_id, key, receipt_id, expires_at)
     select * from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::uuid[], $5::timestamptz[])
     on conflict (tenant_id, source_id, key) do update
       set receipt_id = excluded.receipt_id, expires_at = excluded.expires_at where receipt_keys.expires_at <= $6
     returning receipt_id`,
    [...columns, order.map(({ key }) => key.receiptId), order.map(({ key }) => key.expiresAt), now],
    'receipts.enterKeys',
  );
  if (won.length === keys.length) return [];
  // A statement of its own sees what those who were first have committed meanwhile.
  const holders = await tx.query<{ place: number; receipt_id: string }>(
    `select k.place::int - 1 as place, r.receipt_id
       from unnest($1::uuid[], $2::uuid[], $3::bytea[]) with ordinality as k (tenant_id, source_id, key, place)
       join receipt_keys r on r.tenant_id = k.tenant_id and r.source_id = k.source_id and r.key = k.key`,
    columns,
    'receipts.holders',
  );
  return holders.flatMap(({ place, receipt_id: receiptId }) => {
    const one = order[place];
    return one === undefined || one.key.receiptId === receiptId ? [] : [{ place: one.place, receiptId }];
  });
}

/** A receipt with what it is known by. */
export interface Arrived {
  receipt: NewReceipt;
  /** The digest of its key; null where every request is a new one. */
  key: Buffer | null;
  expiresAt: Date | null;
  /** The first in the list that has this key: its own id, unless it comes twice in the list. */
  firstId: string;
}

/**
 * Writes receipts, puts those that are accepted into the queue, and counts them, in one statement that is its own
 * transaction. Keys are entered first, in one order: those that are somebody else's make a duplicate of theirs.
 */
const takeSql = `
  with g as (
    select * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::json[],
                         $10::bytea[], $11::int[], $12::text[], $13::uuid[], $14::text[], $15::uuid[], $16::timestamptz[],
                         $17::bytea[], $18::timestamptz[], $19::uuid[])
      as g (tenant_id, id, source_id, verdict, reason, method, path, headers, body, body_bytes, address, secret_id,
            dedupe_key, trace_id, received_at, key, expires_at, first_id)
  ), won as (
    insert into receipt_keys (tenant_id, source_id, key, receipt_id, expires_at)
    select tenant_id, source_id, key, id, expires_at from g where key is not null and id = first_id
     order by tenant_id, source_id, key
    on conflict (tenant_id, source_id, key) do update
      set receipt_id = excluded.receipt_id, expires_at = excluded.expires_at where receipt_keys.expires_at <= $1
    returning receipt_id
  ), judged as (
    select g.*, w.receipt_id is null and g.key is not null as is_lost, k.receipt_id as holder,
           case when g.key is null or (g.id = g.first_id and w.receipt_id is not null) then g.verdict
                else 'duplicate' end as judged
      from g
      left join won w on w.receipt_id = g.first_id
      left join lateral (select receipt_id from receipt_keys
                          where tenant_id = g.tenant_id and source_id = g.source_id and key = g.key offset 0) k on true
  ), queued as (
    insert into ingest_queue (tenant_id, id, receipt_id, source_id, due_at, body_bytes, trace_id)
    select tenant_id, id, id, source_id, received_at, body_bytes, trace_id from judged where judged = 'accepted'
  ), counted as (
    insert into counters (tenant_id, hour, name, value)
    select tenant_id, date_trunc('hour', now()), 'receipts.' || judged || ' ' || source_id, count(*) from judged
     group by tenant_id, source_id, judged order by 1, 3
    on conflict (tenant_id, hour, name) do update set value = counters.value + excluded.value
  ), kept as (
    insert into receipts (tenant_id, id, source_id, verdict, reason, method, path, headers, body, body_bytes, address,
                          secret_id, dedupe_key, duplicate_of, trace_id, received_at)
    select tenant_id, id, source_id, judged, case judged when 'duplicate' then $20 else reason end, method, path, headers,
           body, body_bytes, address, secret_id, dedupe_key,
           case when is_lost then holder when judged = 'duplicate' then first_id end, trace_id, received_at
      from judged
    returning id, verdict, duplicate_of
  )
  select id from kept where verdict = 'duplicate' and duplicate_of is null`;

/** Those whose holder committed while the statement waited for it: the statement itself could not see whose it was. */
const nameHolderSql = `
  update receipts r set duplicate_of = k.receipt_id
    from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as l (tenant_id, id, key), receipt_keys k
   where r.tenant_id = l.tenant_id and r.id = l.id
     and k.tenant_id = r.tenant_id and k.source_id = r.source_id and k.key = l.key`;

const duplicateWords = 'It was received before.';

/** Commits receipts. Resolves once they are committed. */
export async function takeReceipts(db: Database, arrived: readonly Arrived[], now: Date): Promise<void> {
  const column = <T>(of: (one: NewReceipt) => T): T[] => arrived.map(({ receipt }) => of(receipt));
  const unnamed = await db.engineStatement<{ id: string }>(
    takeSql,
    [
      now,
      uuidArray(column((one) => one.tenantId)),
      uuidArray(column((one) => one.id)),
      uuidArray(column((one) => one.sourceId)),
      textArray(column((one) => one.verdict)),
      textArray(column((one) => one.reason)),
      textArray(column((one) => one.method)),
      textArray(column((one) => one.path)),
      textArray(column((one) => storableJson(one.headers))),
      bytesArray(column((one) => one.body)),
      numberArray(column((one) => one.bodyBytes)),
      textArray(column((one) => one.address)),
      textArray(column((one) => one.secretId)),
      textArray(column((one) => one.dedupeKey)),
      uuidArray(column((one) => one.traceId)),
      momentArray(column((one) => one.receivedAt)),
      bytesArray(arrived.map((one) => one.key)),
      momentArray(arrived.map((one) => one.expiresAt)),
      uuidArray(arrived.map((one) => one.firstId)),
      duplicateWords,
    ],
    'receipts.take',
  );
  if (unnamed.length === 0) return;
  const ids = new Set(unnamed.map((row) => row.id));
  const late = arrived.filter(({ receipt }) => ids.has(receipt.id));
  await db.engineStatement(
    nameHolderSql,
    [
      late.map(({ receipt }) => receipt.tenantId),
      late.map(({ receipt }) => receipt.id),
      late.map((one) => one.key),
    ],
    'receipts.nameHolder',
  );
}

export interface ReceiptRow extends Record<string, unknown> {
  id: string;
  source_id: string;
  source_name: string | null;
  verdict: Receipt['verdict'];
  reason: string | null;
  method: string;
  address: string;
  body_bytes: number;
  dedupe_key: string | null;
  duplicate_of: string | null;
  trace_id: string;
  received_at: Date;
  lane: 'ready' | 'held' | null;
  attempts: number | null;
  queue_error: string | null;
  outcome: 'processed' | 'failed' | null;
  note: string | null;
}

function stateOf(row: ReceiptRow): Receipt['state'] {
  if (row.lane === 'held') return 'held';
  if (row.lane === 'ready') return (row.attempts ?? 0) > 0 ? 'retrying' : 'waiting';
  return row.outcome ?? 'none';
}

export function showReceipt(row: ReceiptRow): Receipt {
  const state = stateOf(row);
  return {
    id: publicId('receipt', row.id),
    sourceId: publicId('source', row.source_id),
    sourceName: row.source_name ?? '',
    verdict: row.verdict,
    reason: row.reason,
    state,
    error: state === 'failed' ? row.note : state === 'retrying' ? row.queue_error : null,
    method: row.method,
    address: row.address,
    bodyBytes: row.body_bytes,
    dedupeKey: row.dedupe_key,
    duplicateOf: row.duplicate_of === null ? null : publicId('receipt', row.duplicate_of),
    traceId: traceIdOf(row.trace_id),
    receivedAt: row.received_at.toISOString(),
  };
}

const columns = `r.id, r.source_id, s.name as source_name, r.verdict, r.reason, r.method, r.address, r.body_bytes,
  r.dedupe_key, r.duplicate_of, r.trace_id, r.received_at, q.lane, q.attempts, q.error as queue_error,
  o.status as outcome, o.note`;

/** Whether a row of the queue is of the receipt `r`. */
const isOf = '(id = r.id or (replay and receipt_id = r.id))';

const joins = `
  left join sources s on s.tenant_id = r.tenant_id and s.id = r.source_id
  left join lateral (select lane, attempts, error from ingest_queue
                      where tenant_id = r.tenant_id and ${isOf} order by id desc limit 1) q on true
  left join lateral (select status, note from receipt_outcomes
                      where tenant_id = r.tenant_id and receipt_id = r.id order by id desc limit 1) o on true`;

export interface ReceiptFilter {
  before?: string | undefined;
  sourceId?: string | undefined;
  verdict?: Receipt['verdict'] | undefined;
  state?: Receipt['state'] | undefined;
  /** Least and greatest ids, by time; the greatest is left out. */
  fromId?: string | undefined;
  toId?: string | undefined;
  dedupeKey?: string | undefined;
  traceId?: string | undefined;
  limit: number;
}

const notWaiting = `not exists (select from ingest_queue where tenant_id = r.tenant_id and ${isOf})`;

/** What each state asks of a receipt. What is rare is sought from where it is dense. */
const stateSql: Record<Receipt['state'], string> = {
  waiting: `r.id in (select receipt_id from ingest_queue where tenant_id = $1 and lane = 'ready' and attempts = 0)`,
  held: `r.id in (select receipt_id from ingest_queue where tenant_id = $1 and lane = 'held')`,
  retrying: `r.id in (select receipt_id from ingest_queue where tenant_id = $1 and lane = 'ready' and attempts > 0)`,
  failed: `r.id in (select receipt_id from receipt_outcomes where tenant_id = $1 and status = 'failed')
           and o.status = 'failed' and ${notWaiting}`,
  processed: `o.status = 'processed' and ${notWaiting}`,
  none: `o.status is null and ${notWaiting}`,
};

/** Receipts of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listReceiptRows(tx: Tx, tenantId: string, filter: ReceiptFilter): Promise<ReceiptRow[]> {
  const values: unknown[] = [tenantId];
  const wheres = ['r.tenant_id = $1'];
  const where = (sql: string, value: unknown) => {
    if (value !== undefined) wheres.push(sql.replace('?', `$${values.push(value)}`));
  };
  where('r.id < ?', filter.before);
  where('r.source_id = ?', filter.sourceId);
  where('r.verdict = ?', filter.verdict);
  where('r.id >= ?', filter.fromId);
  where('r.id < ?', filter.toId);
  where('r.dedupe_key = ?', filter.dedupeKey);
  where('r.trace_id = ?', filter.traceId);
  if (filter.state !== undefined) wheres.push(stateSql[filter.state]);
  return tx.query<ReceiptRow>(
    `select ${columns} from receipts r ${joins} where ${wheres.join(' and ')} order by r.id desc limit ${filter.limit + 1}`,
    values,
  );
}

export interface FullReceiptRow extends ReceiptRow {
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

export async function readReceiptRow(
  tx: Tx,
  tenantId: string,
  id: string,
): Promise<FullReceiptRow | undefined> {
  const [row] = await tx.query<FullReceiptRow>(
    `select ${columns}, r.path, r.headers, r.body from receipts r ${joins} where r.tenant_id = $1 and r.id = $2`,
    [tenantId, id],
  );
  return row;
}

interface OutcomeRow extends Record<string, unknown> {
  status: 'processed' | 'failed';
  attempts: number;
  note: string | null;
  event_ids: string[];
  sync_ids: string[];
  connection_ids: string[];
  replay: boolean;
  at: Date;
}

/** What came of a receipt, the latest first. */
export async function readOutcomes(tx: Tx, tenantId: string, receiptId: string): Promise<ReceiptOutcome[]> {
  const rows = await tx.query<OutcomeRow>(
    `select status, attempts, note, event_ids, sync_ids, connection_ids, replay, at from receipt_outcomes
      where tenant_id = $1 and receipt_id = $2 order by id desc limit 100`,
    [tenantId, receiptId],
  );
  return rows.map((row) => ({
    status: row.status,
    attempts: row.attempts,
    note: row.note,
    eventIds: row.event_ids.map((id) => publicId('event', id)),
    syncIds: row.sync_ids.map((id) => publicId('sync', id)),
    connectionIds: row.connection_ids.map((id) => publicId('connection', id)),
    replay: row.replay,
    at: row.at.toISOString(),
  }));
}
