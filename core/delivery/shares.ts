import type { RunningProcess } from '@mortise/platform/processes';
import { shareOut } from './share-out.ts';

/** What of each webhook's concurrency is this process's, of all that send; computed once while they stay the same. */
export class Shares {
  /** What the processes that share it call it. */
  readonly work = 'delivery';
  readonly #process: Pick<RunningProcess, 'id' | 'sharers'>;
  #sharers: readonly string[] = [];
  readonly #known = new Map<string, number>();

  constructor(process: Pick<RunningProcess, 'id' | 'sharers'>) {
    this.#process = process;
  }

  /** Whether this process has a share of anything: not before all others know of it. */
  get settled(): boolean {
    return this.#process.sharers(this.work).length > 0;
  }

  of(webhookId: string, concurrency: number): number {
    const sharers = this.#process.sharers(this.work);
    if (sharers.length === 1) return concurrency;
    if (sharers !== this.#sharers || this.#known.size > 50_000) {
      this.#sharers = sharers;
      this.#known.clear();
    }
    const key = `${webhookId} ${concurrency}`;
    let share = this.#known.get(key);
    if (share === undefined)
      this.#known.set(key, (share = shareOut(concurrency, webhookId, sharers, this.#process.id)));
    return share;
  }
}
