import type { Database, Tx } from '@mortise/platform/database';
import { MortiseError } from '../kernel/index.ts';
import { addToCounters, type Addition } from '../metrics/index.ts';
import type { IngestLogger } from './deps.ts';
import { enterKeys, insertReceipts, type NewKey, type NewReceipt } from './receipt-store.ts';

/** What is to be committed before it is acknowledged. */
export interface Arrival {
  receipt: NewReceipt;
  /** By which it is known when it comes again. */
  key: NewKey | undefined;
}

interface Pending extends Arrival {
  resolve: () => void;
  reject: (error: unknown) => void;
}

export interface CommitterOptions {
  db: Database;
  logger: IngestLogger;
  /** Told after each commit. */
  committed: (receipts: readonly NewReceipt[]) => void;
}

const [mostAtOnce, mostBytesAtOnce] = [500, 8 * 1024 * 1024];
/** Past either, whoever posts is told to come back: what waits here is in memory alone. */
const [mostWaiting, mostBytesWaiting] = [5_000, 64 * 1024 * 1024];
const tallyMs = 1_000;

export type CounterName = 'accepted' | 'duplicate' | 'refused' | 'processed' | 'failed';

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
  readonly #tallies = new Map<string, Addition>();
  #pending: Pending[] = [];
  #bytes = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#pending.length >= mostWaiting || this.#bytes >= mostBytesWaiting;
  }

  /** Resolves once it is committed. Its verdict may have become `duplicate` by then. */
  add(arrival: Arrival): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...arrival, resolve, reject });
      this.#bytes += weight(arrival);
      this.#running ??= this.#writeAll().finally(() => (this.#running = undefined));
    });
  }

  /** Counts what is not kept. Written with the next commit, or soon. */
  tally(tenantId: string, sourceId: string, name: CounterName): void {
    const counter = counterOf(name, sourceId);
    const known = this.#tallies.get(tenantId + counter);
    if (known === undefined) this.#tallies.set(tenantId + counter, { tenantId, name: counter, by: 1 });
    else known.by += 1;
    this.#timer ??= setTimeout(() => void this.flush(), tallyMs).unref();
  }

  /** Writes all there is. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#running !== undefined) await this.#running;
    if (this.#tallies.size === 0) return;
    const tallies = this.#takeTallies();
    try {
      await this.#options.db.engine((tx) => addToCounters(tx, tallies));
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'Some refused requests are not counted');
    }
  }

  async #writeAll(): Promise<void> {
    // What arrives in the same turn as the first belongs to its batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#options.db.engine((tx) => this.#write(tx, batch));
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

  #takeTallies(): Addition[] {
    const tallies = [...this.#tallies.values()];
    this.#tallies.clear();
    return tallies;
  }

  async #write(tx: Tx, batch: readonly Arrival[]): Promise<void> {
    const firsts = new Map<string, Arrival & { key: NewKey }>();
    for (const { receipt, key } of batch) {
      if (key === undefined) continue;
      const name = `${key.tenantId}${key.sourceId}${key.digest.toString('latin1')}`;
      const first = firsts.get(name);
      if (first === undefined) firsts.set(name, { receipt, key });
      else markDuplicate(receipt, first.receipt.id);
    }
    const entered = [...firsts.values()];
    const now = batch[0]?.receipt.receivedAt ?? new Date();
    const taken = await enterKeys(
      tx,
      entered.map(({ key }) => key),
      now,
    );
    const holders = new Map(taken.map(({ place, receiptId }) => [entered[place]?.receipt.id, receiptId]));
    for (const { receipt } of batch) {
      const holder = holders.get(receipt.duplicateOf ?? receipt.id);
      if (holder !== undefined) markDuplicate(receipt, holder);
    }
    await insertReceipts(
      tx,
      batch.map(({ receipt }) => receipt),
    );
    const counts = batch.map(({ receipt: { tenantId, sourceId, verdict } }) => ({
      tenantId,
      name: counterOf(verdict, sourceId),
      by: 1,
    }));
    await addToCounters(tx, counts);
  }
}

function markDuplicate(receipt: NewReceipt, first: string): void {
  receipt.verdict = 'duplicate';
  receipt.duplicateOf = first;
  receipt.reason = 'It was received before.';
}
