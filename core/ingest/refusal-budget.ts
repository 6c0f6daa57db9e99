import type { Database } from '@mortise/platform/database';
import type { Clock } from '../kernel/index.ts';
import type { IngestLogger } from './deps.ts';
import { Limiter } from './limiter.ts';
import type { NewReceipt } from './receipt-store.ts';
import { takePart } from './refusal-store.ts';

/**
 * Of the requests that a source refuses so many are kept: a minute, by each process, so that a burst does not use up the
 * hour at once, and an hour, by all processes together. The rest is counted. A forger must not fill the disk: with what
 * is kept of each, that is some 3 MB an hour and 70 MB a day a source.
 */
export const keptRefusals = { perMinute: 60, perHour: 300 } as const;
/** Of one refused request so much is kept: of its body, of its headers together, and of one header's value. */
const [keptBodyBytes, keptHeaderBytes, keptValueLength] = [4 * 1024, 4 * 1024, 512];
/** What a process takes of the hour at a time: what it then does not need, nobody has. */
const part = 20;
const hourMs = 3_600_000;
const mostKnown = 20_000;

interface Lent {
  hour: number;
  left: number;
  isSpent: boolean;
  asking?: Promise<void> | undefined;
}

/** How many refused requests may still be kept, by source. */
export class RefusalBudget {
  readonly #deps: { db: Database; clock: Clock; logger: IngestLogger };
  readonly #minutes = new Limiter();
  readonly #lent = new Map<string, Lent>();

  constructor(deps: { db: Database; clock: Clock; logger: IngestLogger }) {
    this.#deps = deps;
  }

  /** Spends one. @returns false when this one is to be counted only; also when the database cannot be asked */
  async spend(tenantId: string, sourceId: string): Promise<boolean> {
    const now = this.#deps.clock.now();
    if (this.#minutes.spend(sourceId, keptRefusals.perMinute, now.getTime()) > 0) return false;
    const lent = this.#of(sourceId, Math.floor(now.getTime() / hourMs));
    while (lent.left === 0) {
      if (lent.isSpent) return false;
      // Those that come while it is asked for wait for the one answer.
      lent.asking ??= this.#ask(lent, { tenantId, id: sourceId }, now);
      try {
        await lent.asking;
      } catch (error) {
        this.#deps.logger.warn({ err: error, sourceId }, 'A refused request is counted and not kept');
        return false;
      }
    }
    lent.left -= 1;
    return true;
  }

  async #ask(lent: Lent, source: { tenantId: string; id: string }, now: Date): Promise<void> {
    try {
      const budget = { part, most: keptRefusals.perHour };
      const isThere = await this.#deps.db.engine((tx) => takePart(tx, source, now, budget));
      if (isThere) lent.left = part;
      else lent.isSpent = true;
    } finally {
      lent.asking = undefined;
    }
  }

  #of(sourceId: string, hour: number): Lent {
    const known = this.#lent.get(sourceId);
    if (known?.hour === hour) return known;
    if (this.#lent.size >= mostKnown) {
      for (const [id, lent] of this.#lent) if (lent.hour !== hour) this.#lent.delete(id);
      // What is forgotten was taken and is not kept: the bound holds.
      if (this.#lent.size >= mostKnown) this.#lent.clear();
    }
    const fresh: Lent = { hour, left: 0, isSpent: false };
    this.#lent.set(sourceId, fresh);
    return fresh;
  }
}

/**
 * A receipt of a refused request, with as much of it as is kept: long values of headers are cut, and headers past the
 * bound are left out, in the order in which they came. Pure.
 *
 * @param body undefined where it was not read
 */
export function refusedReceipt(
  receipt: NewReceipt,
  reason: string,
  body: Uint8Array | undefined,
): NewReceipt {
  const headers: Record<string, string> = {};
  let left = keptHeaderBytes;
  for (const [name, value] of Object.entries(receipt.headers)) {
    const kept = value.length <= keptValueLength ? value : `${value.slice(0, keptValueLength)}…`;
    left -= Buffer.byteLength(name) + Buffer.byteLength(kept);
    if (left < 0) break;
    headers[name] = kept;
  }
  return {
    ...receipt,
    verdict: 'refused',
    reason,
    headers,
    // A copy: a part of a large body would keep all of it in memory.
    body: body === undefined ? null : Buffer.from(body.subarray(0, keptBodyBytes)),
    bodyBytes: body?.byteLength ?? 0,
  };
}
