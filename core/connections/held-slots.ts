/**
 * The slots in one process's hands, as the times from which on each can be used, the soonest first. Used by turns, so
 * that a used one nearly always goes to the end: exact, and cheap, at a number a slot.
 */
export class HeldSlots {
  #freeAt: number[] = [];
  #first = 0;

  get size(): number {
    return this.#freeAt.length - this.#first;
  }

  /** When the slot at this place, from 0, can be used; undefined when there are not so many. */
  at(place: number): number | undefined {
    return this.#freeAt[this.#first + place];
  }

  add(freeAt: number): void {
    const list = this.#freeAt;
    let place = list.length;
    while (place > this.#first && list[place - 1]! > freeAt) place -= 1;
    if (place === list.length) list.push(freeAt);
    else list.splice(place, 0, freeAt);
  }

  /** Adds slots that came together. */
  addMany(slots: number, freeAt: number): void {
    const came = Array<number>(slots).fill(freeAt);
    this.#freeAt = [...this.#freeAt.slice(this.#first), ...came].toSorted((a, b) => a - b);
    this.#first = 0;
  }

  /** Takes the slot that can be used the soonest out. */
  take(): number | undefined {
    if (this.size === 0) return undefined;
    const freeAt = this.#freeAt[this.#first];
    this.#first += 1;
    if (this.#first > 1_000 && this.#first * 2 > this.#freeAt.length) {
      this.#freeAt = this.#freeAt.slice(this.#first);
      this.#first = 0;
    }
    return freeAt;
  }

  clear(): void {
    this.#freeAt = [];
    this.#first = 0;
  }
}
