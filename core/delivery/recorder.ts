import type { Database, Tx } from '@mortise/platform/database';
import type { Logger } from '@mortise/platform/telemetry';
import { saveCircuits, type CircuitChange } from './circuit-store.ts';
import {
  endInQueue,
  insertAttempts,
  waitInQueue,
  type AttemptRow,
  type QueueEnd,
  type QueueWait,
} from './result-store.ts';

/** What is to be written of one delivery: its attempt, if one was made, and what becomes of its place in the queue. */
export interface Result {
  deliveryId: string;
  attempt?: AttemptRow;
  end?: QueueEnd;
  wait?: QueueWait;
  /** What the attempt did to its webhook's circuit. */
  circuit?: CircuitChange;
  disable?: { tenantId: string; webhookId: string; traceId: string; reason: string };
}

export interface RecorderOptions {
  db: Database;
  logger: Logger;
  /** Disables a webhook in the transaction of the attempt that asked for it. */
  disable: (tx: Tx, about: NonNullable<Result['disable']>) => Promise<void>;
  /** Told once results are committed. */
  committed: (results: readonly Result[]) => void;
}

const gatherMs = 5;
const mostAtOnce = 1_000;
const [firstPauseMs, longestPauseMs] = [50, 2_000];

/**
 * Writes results in batches, a commit each few milliseconds, however many tenants they are of. A result leaves the
 * memory once its commit has succeeded; with the database away it waits, and whoever sends looks at `size` and
 * waits too.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  #pending: Result[] = [];
  #writing = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hurried = false;
  #closed = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** How many results have no commit yet. */
  get size(): number {
    return this.#pending.length + this.#writing;
  }

  add(result: Result): void {
    if (this.#closed) return;
    this.#pending.push(result);
    if (this.#running === undefined) this.#timer ??= setTimeout(() => this.#run(), gatherMs);
  }

  /**
   * Writes all there is, now.
   *
   * @param patienceMs how long to go on trying while the database is away
   * @returns whether nothing is left
   */
  async drain(patienceMs: number): Promise<boolean> {
    this.#hurried = true;
    let timer: NodeJS.Timeout | undefined;
    let patient = true;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        patient = false;
        resolve();
      }, patienceMs);
    });
    while (this.size > 0 && patient) {
      if (this.#running === undefined) this.#run();
      await Promise.race([this.#running, patience]);
    }
    clearTimeout(timer);
    this.#hurried = false;
    return this.size === 0;
  }

  /** Forgets what is left. It is found through the process's row, as after a crash. */
  close(): void {
    this.#closed = true;
    this.#pending = [];
    clearTimeout(this.#timer);
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#writeAll().finally(() => {
      this.#running = undefined;
      if (this.#pending.length > 0 && !this.#closed) this.#timer ??= setTimeout(() => this.#run(), gatherMs);
    });
  }

  async #writeAll(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, mostAtOnce);
      this.#writing = batch.length;
      const began = performance.now();
      try {
        await this.#write(batch);
        this.#writing = 0;
        pauseMs = firstPauseMs;
        this.#options.committed(batch);
        // The next batch gathers while this one would have: as many commits as batches, not as results.
        const restMs = gatherMs - (performance.now() - began);
        if (this.#pending.length > 0 && !this.#hurried && restMs > 1) await pause(restMs);
      } catch (error) {
        this.#writing = 0;
        if (this.#closed) return;
        this.#pending = batch.concat(this.#pending);
        this.#options.logger.warn(
          { err: error, waiting: this.#pending.length },
          'Delivery results are not written yet',
        );
        await pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  /** Writes a batch; where its content is at fault, in halves, until the one at fault stands alone. */
  async #write(batch: readonly Result[], isBare = false): Promise<void> {
    try {
      await this.#options.db.engine((tx) => this.#writeIn(tx, batch));
    } catch (error) {
      if (!isAboutContent(error)) throw error;
      const [first] = batch;
      if (batch.length > 1) {
        const middle = batch.length >> 1;
        await this.#write(batch.slice(0, middle));
        await this.#write(batch.slice(middle));
      } else if (first?.attempt !== undefined && !isBare) {
        this.#options.logger.error(
          { err: error, deliveryId: first.deliveryId },
          'An attempt cannot be kept whole',
        );
        await this.#write([bareOf(first, first.attempt)], true);
      } else throw error;
    }
  }

  async #writeIn(tx: Tx, batch: readonly Result[]): Promise<void> {
    const present = <T>(value: T | undefined): value is T => value !== undefined;
    const attempts = batch.map((result) => result.attempt).filter(present);
    const ends = batch.map((result) => result.end).filter(present);
    const waits = batch.map((result) => result.wait).filter(present);
    // Webhooks first and queue second, the order in which everyone locks them.
    const circuits = batch.map((result) => result.circuit).filter(present);
    if (circuits.length > 0) await saveCircuits(tx, circuits);
    for (const { disable } of batch) if (disable !== undefined) await this.#options.disable(tx, disable);
    if (attempts.length > 0) await insertAttempts(tx, attempts);
    if (ends.length > 0) await endInQueue(tx, ends);
    if (waits.length > 0) await waitInQueue(tx, waits);
  }
}

/** The result with no more of the attempt than what follows from it: one that the database takes, whatever was sent. */
function bareOf(result: Result, attempt: AttemptRow): Result {
  const kept = { ...attempt, request_headers: {}, response_headers: null, response_body: null };
  delete kept.request_body;
  const { disable: _, circuit: change, ...rest } = result;
  return {
    ...rest,
    // A transition has to be stored: this process goes by it, and moves on only from what the row says too.
    ...(change === undefined ? {} : { circuit: { ...change, circuit: { ...change.circuit, reason: null } } }),
    attempt: { ...kept, error: attempt.error === null ? null : 'What happened could not be kept.' },
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Data exceptions and violated constraints (SQLSTATE classes 22 and 23): the same batch would fail again. */
function isAboutContent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^2[23]/.test(code);
}
