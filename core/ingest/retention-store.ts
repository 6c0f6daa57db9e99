import type { Tx } from '@mortise/platform/database';

/** Removes keys past their window. @returns how many, `limit` at most */
export async function forgetKeys(tx: Tx, now: Date, limit: number): Promise<number> {
  const rows = await tx.query(
    `delete from receipt_keys where (tenant_id, source_id, key) in (
       select tenant_id, source_id, key from receipt_keys where expires_at <= $1 order by expires_at limit $2
          for update skip locked)
     returning 1`,
    [now, limit],
  );
  return rows.length;
}

/** Sources whose receipts go before their day's partition does. */
export function listShortRetentions(tx: Tx): Promise<{ tenant_id: string; id: string; keep_days: number }[]> {
  return tx.query('select tenant_id, id, keep_days from sources where keep_days < 30');
}

/** Removes receipts below an id that nothing waits for, with what came of them. @returns how many, `limit` at most */
export async function forgetReceipts(
  tx: Tx,
  of: { tenantId: string; sourceId: string; before: string },
  limit: number,
): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    `delete from receipts where tenant_id = $1 and id in (
       select r.id from receipts r
        where r.tenant_id = $1 and r.source_id = $2 and r.id < $3
          and not exists (select from ingest_queue q
                           where q.tenant_id = $1 and (q.id = r.id or (q.replay and q.receipt_id = r.id)))
        order by r.id limit $4)
     returning id`,
    [of.tenantId, of.sourceId, of.before, limit],
  );
  await tx.query('delete from receipt_outcomes where tenant_id = $1 and receipt_id = any($2::uuid[])', [
    of.tenantId,
    rows.map((row) => row.id),
  ]);
  return rows.length;
}
