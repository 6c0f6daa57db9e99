import type { Database } from '@mortise/platform/database';
import type { Logger } from '@mortise/platform/telemetry';
import type { AttemptRow } from './result-store.ts';
import { addToHours, type HourSums } from './statistics-store.ts';

/** What of an attempt is counted. */
type Counted = Pick<
  AttemptRow,
  'tenant_id' | 'webhook_id' | 'outcome' | 'started_at' | 'duration_ms' | 'status_code'
>;

const flushMs = 2_000;
const hourMs = 3_600_000;

/**
 * Gathers what became of attempts and adds it to the webhooks' hours every few seconds. A process that dies takes what
 * it has not added with it: these are figures for people; what happened stands in the log.
 */
export class Tally {
  readonly #db: Database;
  readonly #logger: Logger;
  #sums = new Map<string, HourSums>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(deps: { db: Database; logger: Logger }) {
    this.#db = deps.db;
    this.#logger = deps.logger;
  }

  /** Counts one attempt that is in the log. */
  add({ tenant_id, webhook_id, outcome, started_at, duration_ms, status_code }: Counted): void {
    const hour = Math.floor(started_at.getTime() / hourMs) * hourMs;
    const key = `${webhook_id} ${hour}`;
    let sums = this.#sums.get(key);
    if (sums === undefined) {
      const none = {
        delivered: 0,
        failed: 0,
        retried: 0,
        skipped: 0,
        requests: 0,
        durationMs: 0,
        longestMs: 0,
      };
      this.#sums.set(
        key,
        (sums = { tenantId: tenant_id, webhookId: webhook_id, hour: new Date(hour), ...none }),
      );
    }
    if (outcome === 'delivered') sums.delivered += 1;
    else if (outcome === 'exhausted') sums.failed += 1;
    else if (outcome === 'retrying') sums.retried += 1;
    else sums.skipped += 1;
    if (status_code !== null || duration_ms > 0) {
      sums.requests += 1;
      sums.durationMs += duration_ms;
      sums.longestMs = Math.max(sums.longestMs, duration_ms);
    }
    this.#timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  /** Adds what has been gathered, now. What cannot be added stays for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(async () => {
      const sums = [...this.#sums.values()];
      if (sums.length === 0) return;
      this.#sums = new Map();
      try {
        await this.#db.engine((tx) => addToHours(tx, sums));
      } catch (error) {
        this.#logger.warn({ err: error }, 'Statistics of webhooks could not be kept');
      }
    });
    return this.#flushing;
  }
}
