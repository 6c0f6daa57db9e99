import { Fifo } from './fifo.ts';

/**
 * Takes turns over groups first and over what each group has second: of k groups that wait each gets every kth turn,
 * however much the others have. Both ends cost the same however much there is.
 */
export class Turns<T> {
  readonly #groups = new Map<string, Fifo<T>>();
  readonly #round = new Fifo<string>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(group: string, item: T): void {
    this.#length += 1;
    const items = this.#groups.get(group);
    if (items !== undefined) return items.push(item);
    const fresh = new Fifo<T>();
    fresh.push(item);
    this.#groups.set(group, fresh);
    this.#round.push(group);
  }

  /** Takes out whoever's turn it is. */
  shift(): T | undefined {
    const group = this.#round.shift();
    const items = group === undefined ? undefined : this.#groups.get(group);
    if (group === undefined || items === undefined) return undefined;
    const item = items.shift();
    this.#length -= 1;
    if (items.length > 0) this.#round.push(group);
    else this.#groups.delete(group);
    return item;
  }
}
