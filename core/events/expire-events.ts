import { idFloor } from '../kernel/index.ts';
import type { ErasureDeps } from './erasure-deps.ts';
import { expireEvents, readRetentions } from './erasure-store.ts';
import { namesHoldMs } from './publish-group.ts';
import { dropNames } from './publish-store.ts';

const dayMs = 86_400_000;

/**
 * Removes what is past its time where no partition drops it: events and what follows from them of tenants that keep
 * them shorter than the installation, and the callers' names of events that may be used anew. Some at a time, each in
 * its own commit and from the oldest on, so that nobody waits for it and it may stop anywhere.
 *
 * @returns how many rows are gone
 */
export async function expireAll(
  deps: Pick<ErasureDeps, 'db' | 'clock' | 'followers' | 'batchSize'>,
  signal: AbortSignal,
): Promise<number> {
  const most = deps.batchSize ?? 1_000;
  const now = deps.clock.now().getTime();
  let sum = 0;

  async function untilNone(remove: () => Promise<number>): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const gone = await remove();
      sum += gone;
      if (gone === 0) return;
    }
  }

  for (const { tenant_id: tenantId, days } of await deps.db.engine(readRetentions)) {
    // Whole days, as partitions are: nothing is gone before it is that many days old.
    const before = idFloor(new Date((Math.floor(now / dayMs) - days) * dayMs));
    await untilNone(() => deps.db.engine((tx) => expireEvents(tx, tenantId, before, most)));
    for (const follower of deps.followers)
      await untilNone(() => deps.db.engine((tx) => follower.expire(tx, tenantId, before, most)));
  }
  const named = idFloor(new Date(now - namesHoldMs));
  await untilNone(() => deps.db.engine((tx) => dropNames(tx, named, most)));
  return sum;
}
