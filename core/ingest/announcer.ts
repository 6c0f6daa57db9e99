import { publicId, type Hints } from '../kernel/index.ts';

const gatherMs = 200;
/** Past so many sources of a tenant one hint that names none says as much. */
const mostNamed = 10;

/** Says that receipts came or were processed, a few times a second for a tenant however many there are. */
export class Announcer {
  readonly #hints: Hints;
  readonly #changed = new Map<string, Set<string>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(hints: Hints) {
    this.#hints = hints;
  }

  /** Ids are bare. */
  changed(tenantId: string, sourceId: string): void {
    let sources = this.#changed.get(tenantId);
    if (sources === undefined) this.#changed.set(tenantId, (sources = new Set()));
    sources.add(sourceId);
    this.#timer ??= setTimeout(() => this.flush(), gatherMs).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [tenantId, sources] of this.#changed) {
      if (sources.size > mostNamed) this.#hints.publish(tenantId, { kind: 'receipt' });
      else {
        for (const id of sources)
          this.#hints.publish(tenantId, { kind: 'receipt', sourceId: publicId('source', id) });
      }
    }
    this.#changed.clear();
  }
}
