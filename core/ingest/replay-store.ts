import type { ReceiptReplay } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { momentOf, publicId } from '../kernel/index.ts';

export interface ReplayRow extends Record<string, unknown> {
  id: string;
  source_id: string;
  failed_only: boolean;
  from_id: string;
  to_id: string;
  after_id: string;
  status: ReceiptReplay['status'];
  reason: string | null;
  queued: number;
  processed: number;
  failed: number;
  dropped: number;
  waiting: number;
  trace_id: string;
  created_at: Date;
}

const columns = `r.id, r.source_id, r.failed_only, r.from_id, r.to_id, r.after_id, r.status, r.reason, r.queued,
  r.processed, r.failed, r.dropped, r.trace_id, r.created_at`;
const waiting = `(select count(*)::int from ingest_queue q where q.tenant_id = r.tenant_id and q.replay_id = r.id) as waiting`;

export function showReplay(row: ReplayRow): ReceiptReplay {
  return {
    id: publicId('receiptReplay', row.id),
    sourceId: publicId('source', row.source_id),
    from: new Date(momentOf(row.from_id)).toISOString(),
    to: new Date(momentOf(row.to_id)).toISOString(),
    failedOnly: row.failed_only,
    status: row.status,
    reason: row.reason,
    progress: row.status === 'done' ? 1 : progressOf(row),
    queued: row.queued,
    waiting: row.waiting,
    processed: row.processed,
    failed: row.failed,
    dropped: row.dropped,
    createdAt: row.created_at.toISOString(),
  };
}

/** How much of the span lies behind it. */
function progressOf({ from_id, to_id, after_id }: ReplayRow): number {
  const from = momentOf(from_id);
  const share = (momentOf(after_id) - from) / Math.max(1, momentOf(to_id) - from);
  return Math.min(1, Math.max(0, share));
}

/** @param replay.fromId the least id of those to be processed again; `toId` is the first that is not */
export async function insertReplay(
  tx: Tx,
  tenantId: string,
  replay: {
    id: string;
    sourceId: string;
    failedOnly: boolean;
    fromId: string;
    toId: string;
    traceId: string;
  },
): Promise<void> {
  await tx.query(
    `insert into receipt_replays (tenant_id, id, source_id, failed_only, from_id, to_id, after_id, status, trace_id)
     values ($1, $2, $3, $4, $5, $6, $5, 'running', $7)`,
    [tenantId, replay.id, replay.sourceId, replay.failedOnly, replay.fromId, replay.toId, replay.traceId],
  );
}

export async function readReplayRow(tx: Tx, tenantId: string, id: string): Promise<ReplayRow | undefined> {
  const [row] = await tx.query<ReplayRow>(
    `select ${columns}, ${waiting} from receipt_replays r where r.tenant_id = $1 and r.id = $2`,
    [tenantId, id],
  );
  return row;
}

/** Replays of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listReplayRows(
  tx: Tx,
  tenantId: string,
  page: { before?: string | undefined; sourceId?: string | undefined; limit: number },
): Promise<ReplayRow[]> {
  return tx.query<ReplayRow>(
    `select ${columns}, ${waiting} from receipt_replays r
      where r.tenant_id = $1 and ($2::uuid is null or r.id < $2) and ($3::uuid is null or r.source_id = $3)
      order by r.id desc limit $4`,
    [tenantId, page.before ?? null, page.sourceId ?? null, page.limit + 1],
  );
}

/**
 * Ends a replay that is running or has something waiting: nothing more is found, and what waits is taken out of the
 * queue. What somebody works off this moment is not waited for, since they in turn wait for the replay's row to say what
 * came of it.
 *
 * @returns false when there was nothing to end
 */
export async function cancelReplayRow(
  tx: Tx,
  tenantId: string,
  id: string,
  reason: string,
): Promise<boolean> {
  const rows = await tx.query(
    `update receipt_replays r set status = 'cancelled', reason = $3
      where tenant_id = $1 and id = $2
        and (status = 'running'
             or (status <> 'cancelled' and exists (select from ingest_queue where tenant_id = $1 and replay_id = $2)))
     returning 1`,
    [tenantId, id, reason],
  );
  if (rows.length === 0) return false;
  await tx.query(
    `with gone as (
       delete from ingest_queue where tenant_id = $1 and id in (
         select id from ingest_queue where tenant_id = $1 and replay_id = $2 for update skip locked)
       returning 1)
     update receipt_replays set dropped = dropped + (select count(*)::int from gone) where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return true;
}

/**
 * Whether a receipt's replay was cancelled, with a lock that lets none be until the transaction ends: a cancellation
 * passes over what is being worked off, so whoever puts that back has to look.
 */
export async function isCancelled(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const [row] = await tx.query<{ status: string }>(
    'select status from receipt_replays where tenant_id = $1 and id = $2 for no key update',
    [tenantId, id],
  );
  return row?.status === 'cancelled';
}

/** Ends a replay whose search cannot go on. What it has put into the queue is processed. */
export async function failReplay(tx: Tx, tenantId: string, id: string, reason: string): Promise<void> {
  await tx.query(
    `update receipt_replays set status = 'failed', reason = $3
      where tenant_id = $1 and id = $2 and status = 'running'`,
    [tenantId, id, reason],
  );
}

/** Adds what came of receipts to the replays that they belong to, one after the other in one order. */
export async function addToReplays(
  tx: Tx,
  tenantId: string,
  outcomes: readonly { replayId: string | null; status: 'processed' | 'failed' }[],
): Promise<void> {
  const sums = new Map<string, { processed: number; failed: number }>();
  for (const { replayId, status } of outcomes) {
    if (replayId === null) continue;
    const sum = sums.get(replayId) ?? { processed: 0, failed: 0 };
    sum[status] += 1;
    sums.set(replayId, sum);
  }
  for (const [id, { processed, failed }] of [...sums].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    await tx.query(
      `update receipt_replays set processed = processed + $3, failed = failed + $4 where tenant_id = $1 and id = $2`,
      [tenantId, id, processed, failed],
      'ingest.addToReplays',
    );
  }
}

/**
 * Puts the next receipts of a replay into the queue and moves the replay past them, in one statement each of one
 * transaction that holds the replay's row: whoever goes on after a crash goes on from there, and none is put in twice.
 *
 * @returns how many; 0 when it is at its end, and then says so, and when it was cancelled
 */
export async function queueNext(
  tx: Tx,
  tenantId: string,
  id: string,
  page: { now: Date; limit: number; makeId: () => string },
): Promise<number> {
  const [replay] = await tx.query<ReplayRow>(
    `select ${columns}, 0 as waiting from receipt_replays r where r.tenant_id = $1 and r.id = $2 for update`,
    [tenantId, id],
  );
  if (replay === undefined || replay.status !== 'running') return 0;
  const next = await tx.query<{ id: string; body_bytes: number }>(
    `select r.id, r.body_bytes from receipts r
      where r.tenant_id = $1 and r.source_id = $2 and r.id >= $3 and r.id < $4 and r.verdict = 'accepted'
        and (not $5 or (select status from receipt_outcomes where tenant_id = $1 and receipt_id = r.id
                         order by id desc limit 1) = 'failed')
      order by r.id limit $6`,
    [tenantId, replay.source_id, replay.after_id, replay.to_id, replay.failed_only, page.limit],
  );
  const last = next.at(-1);
  if (last === undefined) {
    await tx.query(`update receipt_replays set status = 'done' where tenant_id = $1 and id = $2`, [
      tenantId,
      id,
    ]);
    return 0;
  }
  await tx.query(
    `insert into ingest_queue (tenant_id, id, receipt_id, source_id, due_at, body_bytes, replay, replay_id, trace_id)
     select $1, n.id, n.receipt_id, $2, $3, n.body_bytes, true, $4, $5
       from unnest($6::uuid[], $7::uuid[], $8::int[]) as n (id, receipt_id, body_bytes)`,
    [
      tenantId,
      replay.source_id,
      page.now,
      id,
      replay.trace_id,
      next.map(() => page.makeId()),
      next.map((one) => one.id),
      next.map((one) => one.body_bytes),
    ],
  );
  // The least id past the last one: ids are numbers of 128 bits.
  const after = (BigInt(`0x${last.id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  await tx.query(
    'update receipt_replays set after_id = $3, queued = queued + $4 where tenant_id = $1 and id = $2',
    [tenantId, id, after, next.length],
  );
  return next.length;
}
