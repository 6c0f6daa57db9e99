import { largestReceiptBytes } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { backoffMs, newId, storableText } from '../kernel/index.ts';
import { addToCounters } from '../metrics/index.ts';
import { counterOf } from './committer.ts';
import type { IngestDeps } from './deps.ts';
import { processBatch } from './process-batch.ts';
import { finish, nextDue, putOff, takeDue, takeOne, type QueuedRow } from './queue-store.ts';
import { isCancelled } from './replay-store.ts';
import { takeTurns } from './take-turns.ts';

/** Beside the largest receipt that there can be some of other tenants have room. */
const [mostAtOnce, mostBytesAtOnce] = [200, largestReceiptBytes + 6 * 1024 * 1024];
const workers = 2;
const longestRestMs = 1_000;
/** After a failure: 10 seconds, 1, 5 and 30 minutes, 2 hours. Then it is given up, with the reason on the receipt. */
const schedule = [10_000, 60_000, 300_000, 1_800_000, 7_200_000];

/**
 * Works receipts off, in batches under row locks: whoever dies in the middle has done nothing, and what it had is
 * anybody's at once. A batch that fails is gone through one by one, so that one receipt holds nobody else up.
 */
export class Processor {
  readonly #deps: IngestDeps;
  readonly #processed: (tenantId: string, sourceIds: readonly string[]) => void;
  readonly #sleepers = new Set<() => void>();
  #running: Promise<void>[] = [];
  #stopping = false;
  #woken = false;

  constructor(deps: IngestDeps, processed: (tenantId: string, sourceIds: readonly string[]) => void) {
    this.#deps = deps;
    this.#processed = processed;
  }

  start(): void {
    if (this.#running.length > 0) return;
    this.#stopping = false;
    this.#running = Array.from({ length: workers }, () => this.#work());
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await Promise.all(this.#running);
    this.#running = [];
  }

  /** Something was put into the queue. */
  wake(): void {
    this.#woken = true;
    const [first] = this.#sleepers;
    if (this.#stopping) for (const rise of this.#sleepers) rise();
    else first?.();
  }

  /** Works one batch off. @returns how many receipts it took */
  async turn(): Promise<number> {
    const { db, clock } = this.#deps;
    let taken: QueuedRow[] = [];
    try {
      return await db.engine(async (tx) => {
        taken = withinBytes(takeTurns(await takeDue(tx, clock.now(), mostAtOnce)));
        for (const [tenantId, rows] of byTenant(taken)) await this.#process(tx, tenantId, rows);
        return taken.length;
      });
    } catch (error) {
      if (taken.length === 0) throw error;
      if (taken.length > 1)
        this.#deps.logger.warn({ err: error }, 'A batch of receipts failed; each is tried alone');
    }
    for (const row of taken) await this.#tryAlone(row);
    return taken.length;
  }

  async #process(tx: Tx, tenantId: string, rows: readonly QueuedRow[]): Promise<void> {
    const sourceIds = await processBatch(this.#deps, tx, tenantId, rows);
    tx.afterCommit(() => this.#processed(tenantId, sourceIds));
  }

  async #tryAlone({ tenant_id: tenantId, id }: QueuedRow): Promise<void> {
    const { db } = this.#deps;
    try {
      await db.engine(async (tx) => {
        const row = await takeOne(tx, tenantId, id);
        if (row !== undefined) await this.#process(tx, tenantId, [row]);
      });
    } catch (error) {
      await db.engine(async (tx) => {
        const row = await takeOne(tx, tenantId, id);
        if (row !== undefined) await this.#fail(tx, row, error);
      });
    }
  }

  async #fail(tx: Tx, row: QueuedRow, error: unknown): Promise<void> {
    const { clock, logger } = this.#deps;
    const { tenant_id: tenantId, source_id: sourceId } = row;
    const attempts = row.attempts + 1;
    const now = clock.now();
    const reason = storableText(error instanceof Error ? error.message : String(error)).slice(0, 1_000);
    // Of a cancelled replay nothing is tried again.
    const isOver = row.replay_id !== null && (await isCancelled(tx, tenantId, row.replay_id));
    const waitMs = isOver ? undefined : backoffMs(attempts, schedule);
    logger.warn({ err: error, receiptId: row.receipt_id, attempts }, 'A receipt could not be processed');
    tx.afterCommit(() => this.#processed(tenantId, [sourceId]));
    if (waitMs !== undefined) {
      const dueAt = new Date(now.getTime() + waitMs);
      return putOff(tx, tenantId, row.id, { attempts, error: reason, dueAt });
    }
    const outcome = {
      receiptId: row.receipt_id,
      id: newId(),
      sourceId,
      status: 'failed' as const,
      attempts,
      note: reason,
      eventIds: [],
      syncIds: [],
      connectionIds: [],
      replay: row.replay,
      replayId: row.replay_id,
      traceId: row.trace_id,
    };
    await finish(tx, tenantId, [row.id], [outcome], now);
    await addToCounters(tx, [{ tenantId, name: counterOf('failed', sourceId), by: 1 }]);
  }

  async #work(): Promise<void> {
    while (!this.#stopping) {
      this.#woken = false;
      try {
        if ((await this.turn()) > 0) continue;
        const due = await this.#deps.db.engine(nextDue);
        const restMs = due === undefined ? longestRestMs : due.getTime() - this.#deps.clock.now().getTime();
        await this.#rest(Math.min(Math.max(restMs, 20), longestRestMs));
      } catch (error) {
        this.#deps.logger.warn({ err: error }, 'Receipts cannot be processed now');
        await this.#rest(longestRestMs);
      }
    }
  }

  #rest(ms: number): Promise<void> {
    if (this.#woken || this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const rise = () => {
        clearTimeout(timer);
        this.#sleepers.delete(rise);
        resolve();
      };
      const timer = setTimeout(rise, ms);
      this.#sleepers.add(rise);
    });
  }
}

/** As many as fit into memory together, one at least. What is too large beside the others keeps none of them out. */
function withinBytes(rows: readonly QueuedRow[]): QueuedRow[] {
  let bytes = 0;
  return rows.filter(({ body_bytes: more }, place) => {
    if (place > 0 && bytes + more > mostBytesAtOnce) return false;
    bytes += more;
    return true;
  });
}

/** In one order, so that two batches never wait for each other's tenants. */
function byTenant(rows: readonly QueuedRow[]): [string, QueuedRow[]][] {
  const groups = new Map<string, QueuedRow[]>();
  for (const row of rows) {
    const group = groups.get(row.tenant_id);
    if (group === undefined) groups.set(row.tenant_id, [row]);
    else group.push(row);
  }
  return [...groups].toSorted(([one], [other]) => (one < other ? -1 : 1));
}
