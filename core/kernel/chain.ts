/** What may stand in one chain at a time. */
export interface Link<T> {
  chain?: object | undefined;
  before?: T | undefined;
  after?: T | undefined;
}

/**
 * A list in the order of entry, from whose middle things are taken out again and again.
 *
 * A Set would do the same, and keep what was taken out: V8 makes its table anew all the while and links the old one to
 * the new, so as soon as one table has grown old, all that ever stood in a later one outlives it until the next
 * collection of everything. For what passes a few thousand times a second with all that it refers to, that was most of
 * what collecting garbage took, and pauses of 20 ms.
 */
export class Chain<T extends Link<T>> implements Iterable<T> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Appends what stands in no chain. */
  add(item: T): void {
    if (item.chain !== undefined) throw new Error('It stands in a chain already');
    item.chain = this;
    item.before = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.after = item;
    this.#last = item;
    this.#size += 1;
  }

  /** Takes something out. @returns whether it was there */
  delete(item: T): boolean {
    if (item.chain !== this) return false;
    const { before, after } = item;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    item.chain = item.before = item.after = undefined;
    this.#size -= 1;
    return true;
  }

  /** In the order of entry. What is just given may be taken out meanwhile, and nothing else. */
  *[Symbol.iterator](): Iterator<T> {
    for (let item = this.#first; item !== undefined;) {
      const { after }: T = item;
      yield item;
      item = after;
    }
  }
}
