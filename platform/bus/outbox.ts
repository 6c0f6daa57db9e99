import type { BusMessage } from './port.ts';

/** PostgreSQL refuses a NOTIFY payload of 8,000 bytes or more; the rest is room for the envelope. */
const chunkBytes = 7_800;

/** What waits to be sent: each message once, in the order it was last published. */
export class Outbox {
  readonly #waiting = new Map<string, string>();
  readonly #limit: number;

  /** @param limit the most distinct messages kept while they cannot be sent. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * @returns false when there is no more room: whoever reads must then read everything again.
   * @throws TypeError when the message cannot be sent at any time.
   */
  add(message: BusMessage): boolean {
    const text = JSON.stringify(message);
    if (Buffer.byteLength(text) > chunkBytes)
      throw new TypeError('A bus message holds ids, not content: it is too large.');
    const key = JSON.stringify(Object.entries(message).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    // The last of equal messages keeps its place, so that none overtakes what was published before it.
    this.#waiting.delete(key);
    if (this.#waiting.size >= this.#limit) return false;
    this.#waiting.set(key, text);
    return true;
  }

  /** Takes everything, as payloads of at most 8,000 bytes that name their origin. */
  take(origin: string): string[] {
    const chunks: string[][] = [];
    let room = 0;
    for (const text of this.#waiting.values()) {
      const size = Buffer.byteLength(text) + 1;
      if (size > room) {
        chunks.push([]);
        room = chunkBytes;
      }
      chunks.at(-1)?.push(text);
      room -= size;
    }
    this.#waiting.clear();
    return chunks.map((chunk) => `{"origin":${JSON.stringify(origin)},"messages":[${chunk.join(',')}]}`);
  }

  clear(): void {
    this.#waiting.clear();
  }
}
