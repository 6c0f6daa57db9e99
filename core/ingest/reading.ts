/** Bodies that come in lie in memory before anybody knows whom they are from: so many bytes in all, and of one source. */
const [mostBytes, mostOfOne] = [256 * 1024 * 1024, 64 * 1024 * 1024];

/** What bodies under way may come to. One that cannot say its length counts as the longest that its source takes. */
export class Reading {
  readonly #ofOne = new Map<string, number>();
  #bytes = 0;

  /** @returns what ends it; undefined when there is no room now */
  begin(sourceId: string, bytes: number): (() => void) | undefined {
    const ofOne = (this.#ofOne.get(sourceId) ?? 0) + bytes;
    if (ofOne > mostOfOne || this.#bytes + bytes > mostBytes) return undefined;
    this.#ofOne.set(sourceId, ofOne);
    this.#bytes += bytes;
    return () => {
      this.#bytes -= bytes;
      const left = (this.#ofOne.get(sourceId) ?? 0) - bytes;
      if (left > 0) this.#ofOne.set(sourceId, left);
      else this.#ofOne.delete(sourceId);
    };
  }
}
