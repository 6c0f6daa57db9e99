import type { Hint } from '@mortise/contract';

/**
 * Where a room says that something changed, for those who look on live. Call it after the commit
 * (`tx.afterCommit`); a hint may be lost, so it never carries what cannot be read anew.
 */
export interface Hints {
  /** @param tenantId bare; only that tenant's members are told */
  publish(tenantId: string, hint: Hint): void;
}
