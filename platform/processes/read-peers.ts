import type { Tx } from '../database/index.ts';

/** Another process that takes part in some work. */
export interface Peer {
  id: string;
  works: string[];
  heartbeat_at: Date;
}

/** Who else takes part in any work and has not been marked as gone, and what time it is in the database. */
export async function readPeers(tx: Tx, ownId: string): Promise<{ now: Date; peers: Peer[] }> {
  const rows = await tx.query<{ now: Date } & (Peer | { id: null })>(
    `select t.now, p.id, p.works, p.heartbeat_at from (select clock_timestamp() as now) t
       left join processes p on p.id <> $1 and p.gone_at is null and p.works <> '{}'`,
    [ownId],
    'processes.sharers',
  );
  return { now: rows[0]?.now ?? new Date(0), peers: rows.filter((row) => row.id !== null) };
}
