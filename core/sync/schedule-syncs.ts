import { randomBytes } from 'node:crypto';
import type { SyncDeps } from './deps.ts';
import { requestRun } from './request-run.ts';

const batchSize = 100;
const minuteMs = 60_000;

/**
 * The next time after `now` on the grid that `dueAt` is on, so that times do not drift with the time a run waits
 * and missed ones do not pile up. Pure.
 */
export function nextOnGrid(dueAt: Date, everyMinutes: number, now: Date): Date {
  const everyMs = everyMinutes * minuteMs;
  const missed = Math.max(0, Math.floor((now.getTime() - dueAt.getTime()) / everyMs));
  return new Date(dueAt.getTime() + (missed + 1) * everyMs);
}

/**
 * Asks for a run of every sync that is due, across tenants. Any number of processes may do so at once. A sync whose
 * connection cannot be used, or whose resource is switched off, stays due and runs as soon as it can.
 *
 * @param signal stops between two batches
 * @returns how many runs it asked for; those that were open already are not counted
 */
export async function scheduleSyncs(deps: SyncDeps, signal?: AbortSignal): Promise<number> {
  let asked = 0;
  for (;;) {
    const now = deps.clock.now();
    const batch = await deps.db.engine(async (tx) => {
      const due = await tx.query<{ tenant_id: string; id: string; every_minutes: number; next_run_at: Date }>(
        `select s.tenant_id, s.id, s.every_minutes, s.next_run_at from syncs s
           join connections c on c.tenant_id = s.tenant_id and c.id = s.connection_id
           join integrations i on i.tenant_id = c.tenant_id and i.id = c.integration_id
          where s.next_run_at <= $1 and s.status = 'active' and s.every_minutes is not null and c.status = 'connected'
            and (i.resources is null or s.resource = any (i.resources))
          order by s.next_run_at limit $2 for update of s skip locked`,
        [now, batchSize],
      );
      let isNew = 0;
      for (const sync of due) {
        const run = await requestRun(deps, tx, {
          tenantId: sync.tenant_id,
          syncId: sync.id,
          mode: 'incremental',
          trigger: 'schedule',
          traceId: randomBytes(16).toString('hex'),
        });
        if (run.isNew) isNew += 1;
      }
      await tx.query(
        `update syncs s set next_run_at = d.at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as d (tenant_id, id, at)
          where s.tenant_id = d.tenant_id and s.id = d.id`,
        [
          due.map((sync) => sync.tenant_id),
          due.map((sync) => sync.id),
          due.map((sync) => nextOnGrid(sync.next_run_at, sync.every_minutes, now)),
        ],
      );
      return { due: due.length, isNew };
    });
    asked += batch.isNew;
    if (batch.due < batchSize || signal?.aborted === true) return asked;
  }
}
