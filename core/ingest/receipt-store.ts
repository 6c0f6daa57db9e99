import type { Receipt, ReceiptOutcome } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId, storableJson, traceIdOf } from '../kernel/index.ts';

/** A receipt as it is to be committed. Ids are bare. */
export interface NewReceipt {
  tenantId: string;
  id: string;
  sourceId: string;
  verdict: 'accepted' | 'duplicate' | 'refused';
  reason: string | null;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
  bodyBytes: number;
  address: string;
  secretId: string | null;
  dedupeKey: string | null;
  duplicateOf: string | null;
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

/** Writes receipts, and puts those that are accepted into the queue, in one statement. */
export async function insertReceipts(tx: Tx, receipts: readonly NewReceipt[]): Promise<void> {
  await tx.query(
    `with r as (
       select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
                            $9::bytea[], $10::int[], $11::text[], $12::uuid[], $13::text[], $14::uuid[], $15::uuid[],
                            $16::timestamptz[])
         as r (tenant_id, id, source_id, verdict, reason, method, path, headers, body, body_bytes, address, secret_id,
               dedupe_key, duplicate_of, trace_id, received_at)
     ), queued as (
       insert into ingest_queue (tenant_id, id, receipt_id, source_id, due_at, body_bytes, trace_id)
       select tenant_id, id, id, source_id, received_at, body_bytes, trace_id from r where verdict = 'accepted'
     )
     insert into receipts (tenant_id, id, source_id, verdict, reason, method, path, headers, body, body_bytes, address,
                           secret_id, dedupe_key, duplicate_of, trace_id, received_at)
     select * from r`,
    [
      receipts.map((one) => one.tenantId),
      receipts.map((one) => one.id),
      receipts.map((one) => one.sourceId),
      receipts.map((one) => one.verdict),
      receipts.map((one) => one.reason),
      receipts.map((one) => one.method),
      receipts.map((one) => one.path),
      receipts.map((one) => storableJson(one.headers)),
      receipts.map((one) => one.body),
      receipts.map((one) => one.bodyBytes),
      receipts.map((one) => one.address),
      receipts.map((one) => one.secretId),
      receipts.map((one) => one.dedupeKey),
      receipts.map((one) => one.duplicateOf),
      receipts.map((one) => one.traceId),
      receipts.map((one) => one.receivedAt),
    ],
    'receipts.insert',
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

const joins = `
  left join sources s on s.tenant_id = r.tenant_id and s.id = r.source_id
  left join lateral (select lane, attempts, error from ingest_queue
                      where tenant_id = r.tenant_id and receipt_id = r.id order by id desc limit 1) q on true
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

const waiting = (more: string) =>
  `exists (select from ingest_queue w where w.tenant_id = r.tenant_id and w.receipt_id = r.id and ${more})`;
const notWaiting =
  'not exists (select from ingest_queue w where w.tenant_id = r.tenant_id and w.receipt_id = r.id)';

/** What each state asks of a receipt. What is rare is sought from where it is dense. */
const stateSql: Record<Receipt['state'], string> = {
  waiting: `r.id in (select receipt_id from ingest_queue where tenant_id = $1 and lane = 'ready' and attempts = 0)`,
  held: `r.id in (select receipt_id from ingest_queue where tenant_id = $1 and lane = 'held')`,
  retrying: `r.id in (select receipt_id from ingest_queue where tenant_id = $1 and lane = 'ready' and attempts > 0)`,
  failed: `r.id in (select receipt_id from receipt_outcomes where tenant_id = $1 and status = 'failed')
           and o.status = 'failed' and ${notWaiting}`,
  processed: `o.status = 'processed' and ${notWaiting}`,
  none: `o.status is null and not ${waiting('true')}`,
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
