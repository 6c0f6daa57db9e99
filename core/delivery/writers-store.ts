import type { Tx } from '@mortise/platform/database';

/** The virtual ids of the other transactions of this database that have looked at any webhook. */
export async function readReadersOfWebhooks(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select distinct virtualtransaction as id from pg_locks
      where locktype = 'relation' and relation = 'webhooks'::regclass and pid <> pg_backend_pid()
        and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.map((row) => row.id);
}

/**
 * Those of some transactions that have not ended. What has ended is seen from the next statement on: locks go after
 * that.
 *
 * @returns `writes`: it has written something, or has begun to append events in the name of a process
 */
export function readLocksOf(
  tx: Tx,
  transactions: readonly string[],
): Promise<{ id: string; writes: boolean }[]> {
  return tx.query(
    `select virtualtransaction as id, bool_or(locktype in ('transactionid', 'advisory')) as writes from pg_locks
      where virtualtransaction = any($1::text[]) group by 1`,
    [transactions],
  );
}

export async function saveWaitsFor(
  tx: Tx,
  tenantId: string,
  replayId: string,
  transactions: readonly string[],
  now: Date,
): Promise<void> {
  await tx.query('update replays set waits_for = $3, updated_at = $4 where tenant_id = $1 and id = $2', [
    tenantId,
    replayId,
    transactions,
    now,
  ]);
}
