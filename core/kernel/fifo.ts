const least = 16;
/** More room than this is given back once nothing waits. */
const mostKept = 1024;

const emptyRing = <T>(length: number) => Array.from<T | undefined>({ length });

/** A queue whose both ends cost the same however long it is; an array's `shift` does not. It keeps nothing it gave. */
export class Fifo<T> {
  /** A ring: its length is a power of two, so that a place is found with a mask. */
  #ring = emptyRing<T>(least);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item;
    this.#length += 1;
  }

  /** What comes next, left where it is. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#ring[this.#head];
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length -= 1;
    if (this.#length === 0 && this.#ring.length > mostKept) {
      this.#ring = emptyRing(least);
      this.#head = 0;
    }
    return item;
  }

  /** Takes everything out. */
  drain(): T[] {
    const items: T[] = [];
    while (this.#length > 0) items.push(this.shift() as T);
    return items;
  }

  #grow(): void {
    const larger = emptyRing<T>(this.#ring.length * 2);
    for (let n = 0; n < this.#length; n++) larger[n] = this.#ring[(this.#head + n) & (this.#ring.length - 1)];
    this.#ring = larger;
    this.#head = 0;
  }
}
