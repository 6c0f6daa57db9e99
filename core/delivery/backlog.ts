import { newId } from '../kernel/index.ts';
import type { DeliveryLimits } from './limits.ts';

/** Whose a delivery is. */
export interface Owner {
  tenantId: string;
  webhookId: string;
}

/**
 * What this process has accepted into its memory and has no committed result for yet. It bounds the memory, and
 * tells the low-water mark: below it nothing that this process accepted can lack a result.
 */
export class Backlog {
  readonly #limits: DeliveryLimits;
  /** From delivery to whose it is, in the order of the ids, which is that of entry. */
  readonly #held = new Map<string, Owner>();
  readonly #perWebhook = new Map<string, number>();
  readonly #perTenant = new Map<string, number>();

  constructor(limits: DeliveryLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#held.size;
  }

  /**
   * Whether a tenant holds all that it may: as much as is still free ("dynamic threshold", Choudhury and Hahne, 1998).
   * Alone that is half of the memory, with n others a share like theirs, and whoever comes anew finds half of what is left.
   */
  isFullFor(tenantId: string): boolean {
    return (this.#perTenant.get(tenantId) ?? 0) >= this.#limits.memory - this.#held.size;
  }

  /** The deliveries in it, oldest first. */
  ids(): string[] {
    return [...this.#held.keys()];
  }

  /**
   * Takes a delivery in if there is room: for it, for its webhook, and for its tenant, which may have as much as is
   * free. So something is free for one that has nothing yet, until as many tenants as the memory can be halved, 14 of
   * 20,000, have all that they may. The id must be the newest made in this process, with nothing awaited since: the
   * low-water mark rests on the order.
   *
   * @param owner one object for all deliveries of a webhook, as far as can be: what left is kept in memory for a while
   * @param most of the webhook
   */
  enter(deliveryId: string, owner: Owner, most: number = this.#limits.webhookMemory): boolean {
    const ofWebhook = this.#perWebhook.get(owner.webhookId) ?? 0;
    const ofTenant = this.#perTenant.get(owner.tenantId) ?? 0;
    if (this.isFullFor(owner.tenantId) || ofWebhook >= most) return false;
    this.#held.set(deliveryId, owner);
    this.#perWebhook.set(owner.webhookId, ofWebhook + 1);
    this.#perTenant.set(owner.tenantId, ofTenant + 1);
    return true;
  }

  /** Its result is committed, or it is in the queue, or it never was. */
  leave(deliveryId: string): void {
    const owner = this.#held.get(deliveryId);
    if (owner === undefined) return;
    this.#held.delete(deliveryId);
    countDown(this.#perWebhook, owner.webhookId);
    countDown(this.#perTenant, owner.tenantId);
  }

  lowWater(): string {
    const [oldest] = this.#held.keys();
    return oldest ?? newId();
  }
}

function countDown(counts: Map<string, number>, key: string): void {
  const rest = (counts.get(key) ?? 1) - 1;
  if (rest === 0) counts.delete(key);
  else counts.set(key, rest);
}
