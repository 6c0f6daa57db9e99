import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

const atOnce = 32;
const retryAfterMs = 200;

/**
 * A host product's backend that publishes at a steady rate and, as one should, repeats what was not accepted under the
 * same id until it is: refused, cut off or unanswered.
 */
export class Publisher {
  /** The numbers of the events that were answered with 202. */
  readonly accepted = new Set<number>();
  /** Answers that were no 202, and requests without an answer. */
  refusals = 0;
  /** The last of those, for whoever looks into a fault that went wrong. */
  lastRefusal = '';
  #next = 0;
  #stopped = false;
  readonly #urls: readonly string[];
  readonly #headers: Record<string, string>;
  readonly #agent = new Agent({ connections: atOnce, headersTimeout: 10_000, bodyTimeout: 10_000 });
  readonly #running: Promise<void>[] = [];

  /**
   * @param urls the servers, which take turns
   * @param headers of every request: who publishes, for which tenant
   */
  constructor(urls: readonly string[], headers: Record<string, string>) {
    this.#urls = urls;
    this.#headers = { ...headers, 'content-type': 'application/json' };
  }

  /** Begins. @param perSecond over all */
  start(perSecond: number): void {
    const began = performance.now();
    for (let lane = 0; lane < atOnce; lane++) this.#running.push(this.#publish(began, perSecond));
  }

  /** Ends with everything that was begun accepted. @returns how many were */
  async stop(): Promise<number> {
    this.#stopped = true;
    await Promise.all(this.#running);
    await this.#agent.destroy();
    return this.accepted.size;
  }

  async #publish(began: number, perSecond: number): Promise<void> {
    while (!this.#stopped) {
      const n = this.#next++;
      const waitMs = began + (n / perSecond) * 1_000 - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      for (let attempt = n; !(await this.#tryOnce(n, attempt)); attempt++) {
        this.refusals += 1;
        await sleep(retryAfterMs);
      }
      this.accepted.add(n);
    }
  }

  async #tryOnce(n: number, attempt: number): Promise<boolean> {
    const body = JSON.stringify({ id: `fault-${n}`, type: 'order.placed', data: { n } });
    try {
      const answer = await request(`${this.#urls[attempt % this.#urls.length]}/api/events`, {
        method: 'POST',
        headers: this.#headers,
        body,
        dispatcher: this.#agent,
      });
      const text = await answer.body.text();
      if (answer.statusCode === 202) return true;
      this.lastRefusal = `${answer.statusCode}: ${text}`;
      if (answer.statusCode < 500 && answer.statusCode !== 429)
        throw new Error(`Publishing was answered ${answer.statusCode}: ${text}`);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('Publishing was answered')) throw error;
      this.lastRefusal = String(error);
    }
    return false;
  }
}
