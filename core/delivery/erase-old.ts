import type { Database } from '@mortise/platform/database';
import type { Clock } from '../kernel/index.ts';
import { eraseBatch, listErasable, markErased } from './erase-store.ts';

const batch = 500;

/**
 * Erases what was sent and answered where a webhook keeps that for less long than the log, a batch a transaction. It
 * may stop between any two and be run again.
 */
export async function eraseOld(
  { db, clock }: { db: Database; clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  for (const webhook of await db.engine(listErasable)) {
    const { tenant_id: tenantId, id, days, erased_to: from } = webhook;
    let after = from;
    let done: string | null = null;
    let complete = true;
    for (;;) {
      signal.throwIfAborted();
      const at = after;
      const step = await db.engine((tx) =>
        eraseBatch(tx, { tenantId, id, days, after: at }, clock.now(), batch),
      );
      if (step === undefined) break;
      complete &&= step.unfinished === null;
      if (complete) done = step.last;
      after = step.last;
    }
    if (done === null) continue;
    const to = done;
    await db.engine((tx) => markErased(tx, { tenantId, id, from }, to));
  }
}
