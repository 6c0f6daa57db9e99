import { newId } from '../kernel/index.ts';
import type { DeliveryLimits } from './limits.ts';

/**
 * What this process has accepted into its memory and has no committed result for yet. It bounds the memory, and
 * tells the low-water mark: below it nothing that this process accepted can lack a result.
 */
export class Backlog {
  readonly #limits: DeliveryLimits;
  /** From delivery to webhook and tenant, in the order of the ids, which is that of entry. */
  readonly #held = new Map<string, { webhookId: string; tenantId: string }>();
  readonly #perWebhook = new Map<string, number>();
  readonly #perTenant = new Map<string, number>();

  constructor(limits: DeliveryLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#held.size;
  }

  get isFull(): boolean {
    return this.#held.size >= this.#limits.memory;
  }

  /**
   * Whether a tenant holds all that it may: as much as is still free ("dynamic threshold", Choudhury and Hahne, 1998).
   * Alone that is half of the memory, with n others a share like theirs, and there is always some for one who comes anew.
   */
  isFullFor(tenantId: string): boolean {
    return (this.#perTenant.get(tenantId) ?? 0) >= this.#limits.memory - this.#held.size;
  }

  /** The deliveries in it, oldest first. */
  ids(): string[] {
    return [...this.#held.keys()];
  }

  /**
   * Takes a delivery in if there is room. The id must be the newest made in this process, with nothing awaited
   * since: the low-water mark rests on the order.
   */
  enter(deliveryId: string, webhookId: string, tenantId: string): boolean {
    if (this.isFull || (this.#perWebhook.get(webhookId) ?? 0) >= this.#limits.webhookMemory) return false;
    this.#held.set(deliveryId, { webhookId, tenantId });
    add(this.#perWebhook, webhookId, 1);
    add(this.#perTenant, tenantId, 1);
    return true;
  }

  /** Its result is committed, or it is in the queue, or it never was. */
  leave(deliveryId: string): void {
    const held = this.#held.get(deliveryId);
    if (held === undefined) return;
    this.#held.delete(deliveryId);
    add(this.#perWebhook, held.webhookId, -1);
    add(this.#perTenant, held.tenantId, -1);
  }

  lowWater(): string {
    const [oldest] = this.#held.keys();
    return oldest ?? newId();
  }
}

function add(sums: Map<string, number>, key: string, by: 1 | -1): void {
  const sum = (sums.get(key) ?? 0) + by;
  if (sum === 0) sums.delete(key);
  else sums.set(key, sum);
}
