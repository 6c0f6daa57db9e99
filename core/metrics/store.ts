import type { Overview } from '@mortise/contract';
import { numberArray, textArray, uuidArray, type Tx } from '@mortise/platform/database';

/** What is added to one counter of the present hour. */
export interface Addition {
  tenantId: string;
  name: string;
  by: number;
}

const addSql = `
  insert into counters (tenant_id, hour, name, value)
  select tenant_id, date_trunc('hour', now()), name, sum(by)
    from unnest($1::uuid[], $2::text[], $3::bigint[]) as a (tenant_id, name, by)
   group by tenant_id, name order by tenant_id, name
  on conflict (tenant_id, hour, name) do update set value = counters.value + excluded.value`;

const columnsOf = (additions: readonly Addition[]) => [
  uuidArray(additions.map((one) => one.tenantId)),
  textArray(additions.map((one) => one.name)),
  numberArray(additions.map((one) => one.by)),
];

/**
 * Adds to counters of the present hour, in the transaction of what is counted: so the figure is exact, and nobody ever
 * counts a log's rows. Everybody adds in one order, so nobody waits in a circle.
 */
export async function addToCounters(tx: Tx, additions: readonly Addition[]): Promise<void> {
  if (additions.length === 0) return;
  await tx.query(addSql, columnsOf(additions), 'metrics.addToCounters');
}

/** A tenant's counters of these names since a moment, by the hour, oldest first. Hours without any are left out. */
export function readCounters(
  tx: Tx,
  tenantId: string,
  names: readonly string[],
  since: Date,
): Promise<{ hour: Date; name: string; value: number }[]> {
  return tx.query(
    `select hour, name, value from counters
      where tenant_id = $1 and hour >= date_trunc('hour', $3::timestamptz) and name = any($2::text[]) order by hour`,
    [tenantId, names, since],
  );
}

/**
 * Takes part in the commit of events and counts them. It makes no deliveries. What became of deliveries is counted where
 * attempts are appended.
 */
export async function countEvents(
  tx: Tx,
  events: readonly { tenantId: string }[],
): Promise<ReadonlyMap<string, number>> {
  const additions = new Map<string, Addition>();
  for (const { tenantId } of events) {
    const own = additions.get(tenantId);
    if (own === undefined) additions.set(tenantId, { tenantId, name: 'events', by: 1 });
    else own.by += 1;
  }
  tx.send(addSql, columnsOf([...additions.values()]), 'metrics.addToCounters');
  return new Map();
}

interface Figures extends Record<string, unknown> {
  integrations: number;
  connected: number;
  needs_reconnect: number;
  syncs_active: number;
  runs_running: number;
  runs_failed: number;
  records: number | null;
  waiting: number;
}

interface Hour extends Record<string, unknown> {
  hour: Date;
  events: number;
  delivered: number;
  failed: number;
}

/** The tenant's state in figures. Each is a count over a small table, or a sum over counters kept on the way. */
export async function readFigures(tx: Tx, tenantId: string, now: Date): Promise<Overview> {
  const since = new Date(now.getTime() - 24 * 3_600_000);
  const [figures] = await tx.query<Figures>(
    `select
       (select count(*) from integrations where tenant_id = $1) as integrations,
       (select count(*) from connections where tenant_id = $1 and status = 'connected') as connected,
       (select count(*) from connections where tenant_id = $1 and status = 'needs_reconnect') as needs_reconnect,
       (select count(*) from syncs where tenant_id = $1 and status = 'active') as syncs_active,
       (select count(*) from sync_runs where tenant_id = $1 and status in ('queued', 'running')) as runs_running,
       (select count(*) from sync_runs where tenant_id = $1 and status = 'failed' and requested_at > $2) as runs_failed,
       (select sum(record_count)::bigint from syncs where tenant_id = $1) as records,
       (select count(*) from delivery_queue where tenant_id = $1) as waiting`,
    [tenantId, since],
    'metrics.figures',
  );
  const hours = await tx.query<Hour>(
    `select h.hour,
            coalesce(sum(c.value) filter (where c.name = 'events'), 0)::bigint as events,
            coalesce(sum(c.value) filter (where c.name = 'delivered'), 0)::bigint as delivered,
            coalesce(sum(c.value) filter (where c.name = 'failed'), 0)::bigint as failed
       from generate_series(date_trunc('hour', $2::timestamptz) - interval '23 hours', date_trunc('hour', $2::timestamptz),
                            interval '1 hour') as h (hour)
       left join counters c on c.tenant_id = $1 and c.hour = h.hour
      group by h.hour order by h.hour`,
    [tenantId, now],
    'metrics.hours',
  );
  if (figures === undefined) throw new Error('A select without a from gives one row');
  const sum = (of: (hour: Hour) => number) => hours.reduce((total, hour) => total + of(hour), 0);
  return {
    integrations: figures.integrations,
    connections: { connected: figures.connected, needsReconnect: figures.needs_reconnect },
    syncs: {
      active: figures.syncs_active,
      running: figures.runs_running,
      failedLast24h: figures.runs_failed,
    },
    records: figures.records ?? 0,
    events24h: sum((hour) => hour.events),
    deliveries24h: {
      delivered: sum((hour) => hour.delivered),
      failed: sum((hour) => hour.failed),
      waiting: figures.waiting,
    },
    perHour: hours.map((hour) => ({
      hour: hour.hour.toISOString(),
      events: hour.events,
      delivered: hour.delivered,
      failed: hour.failed,
    })),
  };
}
