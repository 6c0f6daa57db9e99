import type { Hint } from '@mortise/contract';
import type { Hints } from './hints.ts';

const gatherMs = 200;
/** Past so many places of a tenant one hint that names none says as much. */
const mostNamed = 10;

/**
 * Tells those who look on that something changed in places of a tenant (a webhook's deliveries, a source's receipts), a
 * few times a second however much it is.
 */
export class Announcer {
  readonly #hints: Hints;
  readonly #hintOf: (place: string | undefined) => Hint;
  readonly #changed = new Map<string, Set<string>>();
  #timer: NodeJS.Timeout | undefined;

  /** @param hintOf the hint about one place, by its bare id, or about them all */
  constructor(hints: Hints, hintOf: (place: string | undefined) => Hint) {
    this.#hints = hints;
    this.#hintOf = hintOf;
  }

  /** Ids are bare. */
  changed(tenantId: string, place: string): void {
    let places = this.#changed.get(tenantId);
    if (places === undefined) this.#changed.set(tenantId, (places = new Set()));
    places.add(place);
    this.#timer ??= setTimeout(() => this.flush(), gatherMs).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [tenantId, places] of this.#changed) {
      const named = places.size > mostNamed ? [undefined] : places;
      for (const place of named) this.#hints.publish(tenantId, this.#hintOf(place));
    }
    this.#changed.clear();
  }
}
