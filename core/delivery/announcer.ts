import { publicId, type Hints } from '../kernel/index.ts';

const gatherMs = 200;
/** Past so many webhooks of a tenant one hint that names none says as much. */
const mostNamed = 10;

/** Says that deliveries changed, at most a few times a second for a tenant however many there are. */
export class Announcer {
  readonly #hints: Hints;
  readonly #changed = new Map<string, Set<string>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(hints: Hints) {
    this.#hints = hints;
  }

  /** @param webhookId bare */
  deliveryChanged(tenantId: string, webhookId: string): void {
    let webhooks = this.#changed.get(tenantId);
    if (webhooks === undefined) this.#changed.set(tenantId, (webhooks = new Set()));
    webhooks.add(webhookId);
    this.#timer ??= setTimeout(() => this.flush(), gatherMs).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [tenantId, webhooks] of this.#changed) {
      if (webhooks.size > mostNamed) this.#hints.publish(tenantId, { kind: 'delivery' });
      else {
        for (const id of webhooks)
          this.#hints.publish(tenantId, { kind: 'delivery', webhookId: publicId('webhook', id) });
      }
    }
    this.#changed.clear();
  }
}
