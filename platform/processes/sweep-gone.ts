import type { Database } from '../database/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { GoneHandler } from './gone-handler.ts';
import { hasEnded, type ProcessPlace } from './identify-process.ts';

interface Peer extends ProcessPlace {
  id: string;
  silent: boolean;
  marked: boolean;
}

interface Sweep {
  db: Database;
  own: ProcessPlace & { id: string };
  goneAfterMs: number;
  handlers: readonly GoneHandler[];
  logger: Logger;
}

/**
 * Finishes every peer that is gone, those included whose last survivor died on the way.
 *
 * @returns how many it finished; one that fails is logged and found again by the next sweep
 */
export async function sweepGone(sweep: Sweep): Promise<number> {
  const { db, own, goneAfterMs, logger } = sweep;
  const peers = await db.engine((tx) =>
    tx.query<Peer>(
      `select id, host, pid, identity, gone_at is not null as marked,
              heartbeat_at < clock_timestamp() - make_interval(secs => $2) as silent
         from processes where id <> $1 order by id`,
      [own.id, goneAfterMs / 1000],
      'processes.peers',
    ),
  );
  let finished = 0;
  for (const peer of peers) {
    const ended = hasEnded(peer, own);
    if (!peer.marked && !peer.silent && !ended) continue;
    try {
      if (!(await mark(db, peer.id, ended, goneAfterMs)) || !(await finish(sweep, peer.id))) continue;
      finished += 1;
      logger.info({ processId: peer.id, pid: peer.pid }, 'Took over from a process that is gone');
    } catch (error) {
      logger.warn(
        { err: error, processId: peer.id },
        'Could not take over from a process that is gone; will try again',
      );
    }
  }
  return finished;
}

/** Finishes a process that says itself that it is at its end. */
export async function finishOwn(db: Database, id: string, handlers: readonly GoneHandler[]): Promise<void> {
  await mark(db, id, true, 0);
  await finish({ db, handlers }, id);
}

/** From here on it cannot beat again. Judged anew, because it may have beaten since it was read. */
async function mark(db: Database, id: string, ended: boolean, goneAfterMs: number): Promise<boolean> {
  const rows = await db.engine((tx) =>
    tx.query(
      `update processes set gone_at = coalesce(gone_at, clock_timestamp())
        where id = $1
          and (gone_at is not null or $2 or heartbeat_at < clock_timestamp() - make_interval(secs => $3))
        returning id`,
      [id, ended, goneAfterMs / 1000],
    ),
  );
  return rows.length === 1;
}

function finish({ db, handlers }: Pick<Sweep, 'db' | 'handlers'>, id: string): Promise<boolean> {
  return db.engine(async (tx) => {
    // Waits for another survivor, and for transactions in its name whose connections the server still has to notice.
    await tx.query(`set local lock_timeout = '1500ms'`);
    await tx.query('select pg_advisory_xact_lock(process_lock($1))', [id]);
    const [row] = await tx.query<{ low_water: string }>('select low_water from processes where id = $1', [
      id,
    ]);
    if (row === undefined) return false;
    for (const handler of handlers) await handler(tx, id, row.low_water);
    await tx.query('delete from processes where id = $1', [id]);
    return true;
  });
}
