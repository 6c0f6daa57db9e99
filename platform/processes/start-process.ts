import { v7 } from 'uuid';
import type { Database } from '../database/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { GoneHandler } from './gone-handler.ts';
import { ownPlace } from './identify-process.ts';
import { readPeers, type Peer } from './read-peers.ts';
import { finishOwn, sweepGone } from './sweep-gone.ts';

export interface ProcessOptions {
  db: Database;
  /** What the process is there for, for whoever reads the table: api, worker, all. */
  role: string;
  logger: Logger;
  heartbeatMs?: number;
  /** How old a heartbeat makes its process gone, by the database's clock. Several heartbeats long. */
  goneAfterMs?: number;
}

export interface RunningProcess {
  /** The bare id under which this process holds things. Another one after `onLost`. */
  readonly id: string;
  /** Whether peers must still take it for alive. Nothing new may be sent while they may not. */
  isCurrent(): boolean;
  /** States the id below which all is finished; it is written with the next heartbeat. */
  setLowWater(id: string): void;
  /**
   * Takes part in a kind of work from now on, and says so to its peers. Resolves once that is written; a heartbeat
   * that fails is made up for by the next.
   */
  join(work: string): Promise<void>;
  /**
   * The ids of all that take part in a kind of work, this process included, in order, so that what all may do
   * together can be shared out. Empty until this process has joined and every other has learnt of it: so shares that
   * the others computed without this one are never added to its own. Whoever is gone is left out once its row says so.
   */
  sharers(work: string): readonly string[];
  /** Registers what is done for a peer that is gone. All of it before the first `sweep`. */
  onGone(handler: GoneHandler): void;
  /** Registers what is done when this process was taken for gone: what it held belongs to others by now. */
  onLost(handler: (lostId: string) => void): void;
  /** Takes over from peers that are gone, and goes on doing so with each heartbeat. @returns how many it finished */
  sweep(): Promise<number>;
  /** Beats once, now. */
  beat(): Promise<void>;
  /** Hands over what is left as if it were gone, and removes the row. Where that fails (it throws) peers do it. */
  stop(): Promise<void>;
}

/**
 * Enters this process into the table of those running, and keeps it there.
 *
 * @throws whatever the database throws when the row cannot be written
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { db, role, logger, heartbeatMs = 2_000, goneAfterMs = 10_000 } = options;
  const place = ownPlace();
  const goneHandlers: GoneHandler[] = [];
  const lostHandlers: ((lostId: string) => void)[] = [];
  let id = v7();
  let lowWater = id;
  let beatAt = { steady: performance.now(), wall: Date.now() };
  let sweeping: Promise<number> | undefined;
  let swept = false;
  const works = new Set<string>();
  let peers: readonly Peer[] = [];
  /** By the database's clock, a moment at which this process's works were committed; undefined before. */
  let joinedBy: Date | undefined;
  let settled = false;
  const shared = new Map<string, readonly string[]>();
  let worksWritten = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function enter(): Promise<void> {
    await db.engine((tx) =>
      tx.query(
        `insert into processes (id, host, pid, identity, role, low_water) values ($1, $2, $3, $4, $5, $1)`,
        [id, place.host, place.pid, place.identity, role],
      ),
    );
  }

  async function beat(): Promise<void> {
    const asked = { steady: performance.now(), wall: Date.now() };
    const writing = works.size;
    const rows = await db.engine(async (tx) => {
      const beaten = await tx.query<{ id: string }>(
        `update processes set heartbeat_at = clock_timestamp(), low_water = $2, works = $3
          where id = $1 and gone_at is null returning id`,
        [id, lowWater, [...works]],
        'processes.beat',
      );
      // Taken over before the commit: whoever sees this heartbeat may rely on it that this process knows of them.
      if (works.size > 0 && beaten.length > 0) look(await readPeers(tx, id), writing);
      return beaten;
    });
    if (rows.length === 0 && !stopped) await startOver();
    else worksWritten = writing;
    // Counted from before the question: a peer may count from the moment the row was written.
    beatAt = asked;
  }

  /** @param writing how many works this heartbeat writes; those written by an earlier one are committed */
  function look(read: { now: Date; peers: readonly Peer[] }, writing: number): void {
    peers = read.peers;
    shared.clear();
    if (settled || worksWritten < writing) return;
    joinedBy ??= read.now;
    const since = joinedBy;
    settled = peers.every((peer) => peer.heartbeat_at > since);
  }

  async function startOver(): Promise<void> {
    const lostId = id;
    id = v7();
    lowWater = id;
    [peers, joinedBy, settled, worksWritten] = [[], undefined, false, 0];
    shared.clear();
    await enter();
    logger.warn({ lostId, processId: id }, 'This process was taken for gone; it goes on under a new id');
    for (const handler of lostHandlers) handler(lostId);
  }

  function sweep(): Promise<number> {
    swept = true;
    sweeping ??= sweepGone({
      db,
      own: { id, ...place },
      goneAfterMs,
      handlers: goneHandlers,
      logger,
    }).finally(() => {
      sweeping = undefined;
    });
    return sweeping;
  }

  async function turn(): Promise<void> {
    try {
      await beat();
      if (swept && !stopped) await sweep();
    } catch (error) {
      logger.warn({ err: error, processId: id }, 'The heartbeat did not reach the database');
    }
    if (!stopped) timer = setTimeout(() => void turn(), heartbeatMs).unref();
  }

  await enter();
  timer = setTimeout(() => void turn(), heartbeatMs).unref();

  return {
    get id() {
      return id;
    },
    isCurrent() {
      // Both clocks: the steady one stands still while a machine sleeps, the other may be set.
      const silentMs = Math.max(performance.now() - beatAt.steady, Date.now() - beatAt.wall);
      return !stopped && silentMs < goneAfterMs;
    },
    setLowWater(value) {
      lowWater = value;
    },
    async join(work) {
      if (works.has(work)) return;
      works.add(work);
      [joinedBy, settled] = [undefined, false];
      // The first writes it, the second looks who else there is now that it is written.
      await beat();
      await beat();
    },
    sharers(work) {
      if (!settled || !works.has(work)) return [];
      let sharers = shared.get(work);
      if (sharers === undefined) {
        const others = peers.filter((peer) => peer.works.includes(work)).map((peer) => peer.id);
        shared.set(work, (sharers = [...others, id].toSorted()));
      }
      return sharers;
    },
    onGone: (handler) => void goneHandlers.push(handler),
    onLost: (handler) => void lostHandlers.push(handler),
    sweep,
    beat,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await sweeping?.catch(() => {});
      await db.engine((tx) => tx.query('update processes set low_water = $2 where id = $1', [id, lowWater]));
      await finishOwn(db, id, goneHandlers);
    },
  };
}
