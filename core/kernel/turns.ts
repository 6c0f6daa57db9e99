import { Fifo } from './fifo.ts';

/** Groups that have nothing are kept up to so many: making them anew each time would cost more than their room. */
const mostGroups = 4096;

interface Group<T> {
  /** In the round while it has any. */
  readonly items: Fifo<T>;
}

/**
 * Takes turns over groups first and over what each group has second: of k groups that wait each gets every kth turn,
 * however much the others have. Both ends cost the same however much there is.
 */
export class Turns<T> {
  readonly #groups = new Map<string, Group<T>>();
  readonly #round = new Fifo<Group<T>>();
  #length = 0;
  #sweepAt = mostGroups;

  get length(): number {
    return this.#length;
  }

  push(name: string, item: T): void {
    this.#length += 1;
    const group = this.#groupOf(name);
    if (group.items.length === 0) this.#round.push(group);
    group.items.push(item);
  }

  /** Whoever's turn it is, left where it is. */
  peek(): T | undefined {
    return this.#round.peek()?.items.peek();
  }

  /** Takes out whoever's turn it is. */
  shift(): T | undefined {
    const group = this.#round.shift();
    if (group === undefined) return undefined;
    const item = group.items.shift();
    this.#length -= 1;
    if (group.items.length > 0) this.#round.push(group);
    return item;
  }

  #groupOf(name: string): Group<T> {
    let group = this.#groups.get(name);
    if (group !== undefined) return group;
    if (this.#groups.size >= this.#sweepAt) this.#sweep();
    this.#groups.set(name, (group = { items: new Fifo() }));
    return group;
  }

  #sweep(): void {
    for (const [name, { items }] of this.#groups) if (items.length === 0) this.#groups.delete(name);
    this.#sweepAt = Math.max(mostGroups, this.#groups.size * 2);
  }
}
