import { createPublishing } from '@mortise/core/events';
import { systemClock } from '@mortise/core/kernel';
import { countEvents } from '@mortise/core/metrics';
import { contextOf, type Rig } from '../../core/delivery/testing/rig.ts';

/**
 * The product's own way from a caller's event to its commit, without the HTTP before it: checks, the commit that
 * requests share, deliveries, counters.
 *
 * @returns publishes one event; resolves with the commit, rejects with what a caller would be told
 */
export function openPublishing(rig: Rig) {
  const { routes } = createPublishing({
    db: rig.db,
    subscribers: [rig.delivery.matchDeliveries, countEvents],
    isOverloaded: (tenantId) => rig.delivery.isOverloadedBy(tenantId),
    isReserved: () => false,
    clock: systemClock,
  });
  return async (tenantId: string, type: string, data: Record<string, unknown>): Promise<void> => {
    const body = { type, subject: null, data };
    await routes.publish(contextOf(tenantId), { params: undefined, query: undefined, body });
  };
}
