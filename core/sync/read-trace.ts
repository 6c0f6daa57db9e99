import type { Run } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { runColumns, type RunRow } from './run-store.ts';
import { showRun } from './show.ts';

/** The runs of one trace, oldest first. */
export async function readRunsOfTrace(
  tx: Tx,
  tenantId: string,
  traceId: string,
  limit: number,
): Promise<Run[]> {
  const rows = await tx.query<RunRow & Record<string, unknown>>(
    `select ${runColumns} from sync_runs u join syncs s on s.tenant_id = u.tenant_id and s.id = u.sync_id
      where u.tenant_id = $1 and u.trace_id = $2 order by u.id limit $3`,
    [tenantId, traceId, limit],
    'sync.runsOfTrace',
  );
  const now = new Date();
  return rows.map((row) => showRun(row, now));
}
