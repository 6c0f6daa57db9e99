import type { Database } from '@mortise/platform/database';
import { MortiseError, type Clock } from '../kernel/index.ts';
import { addToCounters, type Addition } from '../metrics/index.ts';
import type { IngestLogger } from './deps.ts';
import { takeReceipts, type Arrived, type NewReceipt } from './receipt-store.ts';

/** What is to be committed before it is acknowledged. */
export interface Arrival {
  receipt: NewReceipt;
  /** By which it is known when it comes again. */
  key: { digest: Buffer; expiresAt: Date } | undefined;
}

interface Pending extends Arrival {
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Tally extends Addition {
  sourceId: string;
}

export interface CommitterOptions {
  db: Database;
  clock: Clock;
  logger: IngestLogger;
  /** Told after each commit. */
  committed: (receipts: readonly NewReceipt[]) => void;
  /** Told after what left no receipt is counted. */
  counted: (tallies: readonly Tally[]) => void;
}

const [mostAtOnce, mostBytesAtOnce] = [500, 8 * 1024 * 1024];
/** Past either, whoever posts is told to come back: what waits here is in memory alone. */
const [mostWaiting, mostBytesWaiting] = [5_000, 64 * 1024 * 1024];
/** While one statement waits for the disk another one is made ready. */
const mostAtATime = 2;
const tallyMs = 1_000;

/** `unkept`: of the refused, those that left no receipt. */
export type CounterName = 'accepted' | 'duplicate' | 'refused' | 'unkept' | 'processed' | 'failed';

/** The name of a source's counter. */
export const counterOf = (name: CounterName, sourceId: string): string => `receipts.${name} ${sourceId}`;

/** Of how many bytes in memory a receipt keeps hold until it is committed; its headers count little. */
const weight = ({ receipt }: Arrival): number => 1_000 + (receipt.body?.byteLength ?? 0);

/**
 * Commits receipts of any tenants together: while one commit runs the next one gathers, so there are as many commits
 * as the disk gives and not as many as requests. Whoever waits for one is told when it is committed, and no sooner.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #tallies = new Map<string, Tally>();
  #pending: Pending[] = [];
  #bytes = 0;
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#pending.length >= mostWaiting || this.#bytes >= mostBytesWaiting;
  }

  /** Resolves once it is committed. */
  add(arrival: Arrival): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...arrival, resolve, reject });
      this.#bytes += weight(arrival);
      this.#begin();
    });
  }

  /** Counts what is not kept. Written with the next commit, or soon. */
  tally(tenantId: string, sourceId: string, name: CounterName): void {
    const counter = counterOf(name, sourceId);
    const known = this.#tallies.get(tenantId + counter);
    if (known === undefined)
      this.#tallies.set(tenantId + counter, { tenantId, sourceId, name: counter, by: 1 });
    else known.by += 1;
    this.#timer ??= setTimeout(() => void this.flush(), tallyMs).unref();
  }

  /** Writes all there is. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await Promise.all(this.#running);
    if (this.#tallies.size === 0) return;
    const tallies = this.#takeTallies();
    try {
      await this.#options.db.engine((tx) => addToCounters(tx, tallies));
      this.#options.counted(tallies);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'Some refused requests are not counted');
    }
  }

  #begin(): void {
    if (this.#running.size >= mostAtATime) return;
    const running = this.#writeAll().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #writeAll(): Promise<void> {
    // What arrives in the same turn as the first belongs to its batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) {
      const batch = this.#takeBatch();
      try {
        await takeReceipts(this.#options.db, withFirsts(batch), this.#options.clock.now());
      } catch (error) {
        // Whoever posted posts again. What was committed all the same, though we did not hear so, is then a duplicate.
        const refusal = new MortiseError('not_ready', { retryAfterSeconds: 5, cause: error });
        for (const { reject } of batch) reject(refusal);
        continue;
      }
      for (const { resolve } of batch) resolve();
      this.#options.committed(batch.map(({ receipt }) => receipt));
    }
  }

  #takeBatch(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const one of this.#pending) {
      if (count > 0 && (count === mostAtOnce || bytes + weight(one) > mostBytesAtOnce)) break;
      bytes += weight(one);
      count += 1;
    }
    this.#bytes -= bytes;
    return this.#pending.splice(0, count);
  }

  #takeTallies(): Tally[] {
    const tallies = [...this.#tallies.values()];
    this.#tallies.clear();
    return tallies;
  }
}

/** Marks those that come twice in one batch: a key may stand in the statement once. */
function withFirsts(batch: readonly Arrival[]): Arrived[] {
  const firsts = new Map<string, string>();
  return batch.map(({ receipt, key }) => {
    if (key === undefined) return { receipt, key: null, expiresAt: null, firstId: receipt.id };
    const name = receipt.sourceId + key.digest.toString('latin1');
    const firstId = firsts.get(name) ?? receipt.id;
    firsts.set(name, firstId);
    return { receipt, key: key.digest, expiresAt: key.expiresAt, firstId };
  });
}
