import type { ReceiptReplay } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId } from '../kernel/index.ts';

export interface ReplayRow extends Record<string, unknown> {
  id: string;
  source_id: string;
  failed_only: boolean;
  to_id: string;
  after_id: string;
  status: 'running' | 'done';
  queued: number;
  waiting: number;
  trace_id: string;
  created_at: Date;
}

export function showReplay(row: ReplayRow): ReceiptReplay {
  return {
    id: publicId('receiptReplay', row.id),
    sourceId: publicId('source', row.source_id),
    status: row.status,
    queued: row.queued,
    waiting: row.waiting,
    createdAt: row.created_at.toISOString(),
  };
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
    `select id, source_id, failed_only, to_id, after_id, status, queued, trace_id, created_at,
            (select count(*)::int from ingest_queue q where q.tenant_id = $1 and q.replay_id = $2) as waiting
       from receipt_replays where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return row;
}

/**
 * Puts the next receipts of a replay into the queue and moves the replay past them, in one statement each of one
 * transaction that holds the replay's row: whoever goes on after a crash goes on from there, and none is put in twice.
 *
 * @returns how many; 0 when it is at its end, and then says so
 */
export async function queueNext(
  tx: Tx,
  tenantId: string,
  id: string,
  page: { now: Date; limit: number; makeId: () => string },
): Promise<number> {
  const [replay] = await tx.query<ReplayRow>(
    `select id, source_id, failed_only, to_id, after_id, status, queued, trace_id, created_at, 0 as waiting
       from receipt_replays where tenant_id = $1 and id = $2 for update`,
    [tenantId, id],
  );
  if (replay === undefined || replay.status === 'done') return 0;
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
