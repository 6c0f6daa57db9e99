import { newId } from '../kernel/index.ts';
import type { DeliveryLimits } from './limits.ts';

/**
 * What this process has accepted into its memory and has no committed result for yet. It bounds the memory, and
 * tells the low-water mark: below it nothing that this process accepted can lack a result.
 */
export class Backlog {
  readonly #limits: DeliveryLimits;
  /** From delivery to webhook, in the order of the ids, which is that of entry. */
  readonly #held = new Map<string, string>();
  readonly #perWebhook = new Map<string, number>();

  constructor(limits: DeliveryLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#held.size;
  }

  get isFull(): boolean {
    return this.#held.size >= this.#limits.memory;
  }

  /** The deliveries in it, oldest first. */
  ids(): string[] {
    return [...this.#held.keys()];
  }

  /**
   * Takes a delivery in if there is room. The id must be the newest made in this process, with nothing awaited
   * since: the low-water mark rests on the order.
   */
  enter(deliveryId: string, webhookId: string): boolean {
    const ofWebhook = this.#perWebhook.get(webhookId) ?? 0;
    if (this.isFull || ofWebhook >= this.#limits.webhookMemory) return false;
    this.#held.set(deliveryId, webhookId);
    this.#perWebhook.set(webhookId, ofWebhook + 1);
    return true;
  }

  /** Its result is committed, or it is in the queue, or it never was. */
  leave(deliveryId: string): void {
    const webhookId = this.#held.get(deliveryId);
    if (webhookId === undefined) return;
    this.#held.delete(deliveryId);
    const rest = (this.#perWebhook.get(webhookId) ?? 1) - 1;
    if (rest === 0) this.#perWebhook.delete(webhookId);
    else this.#perWebhook.set(webhookId, rest);
  }

  lowWater(): string {
    const [oldest] = this.#held.keys();
    return oldest ?? newId();
  }
}
