import { setImmediate } from 'node:timers/promises';

/** Time that passes only when nothing is left to do in the present. Sleepers wake in the order of their times. */
export class VirtualTime {
  #now = 0;
  readonly #sleepers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      const at = this.#now + ms;
      const place = this.#sleepers.findIndex((one) => one.at > at);
      this.#sleepers.splice(place === -1 ? this.#sleepers.length : place, 0, { at, wake });
    });
  }

  /** Lets time pass until then, or until nobody sleeps any more. */
  async run(until: number): Promise<void> {
    await setImmediate();
    for (let next = this.#sleepers[0]; next !== undefined && next.at <= until; next = this.#sleepers[0]) {
      this.#sleepers.shift();
      this.#now = next.at;
      next.wake();
      await setImmediate();
    }
    if (this.#sleepers.length > 0) this.#now = until;
  }
}
