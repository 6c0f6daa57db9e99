import type { Database } from '@mortise/platform/database';
import type { Clock } from '../kernel/index.ts';
import { eraseBatch, listErasable, markErased } from './erase-store.ts';

const batch = 500;

/** The room's background work: erasing what webhooks keep for less long than the log. */
export function deliveryJobs({ db, clock }: { db: Database; clock: Clock }) {
  async function eraseWebhook(webhook: Awaited<ReturnType<typeof listErasable>>[number]): Promise<void> {
    const { tenant_id: tenantId, id, days, erased_to: from } = webhook;
    let after = from;
    let done: string | null = null;
    let complete = true;
    for (;;) {
      const at = after;
      const step = await db.engine((tx) =>
        eraseBatch(tx, { tenantId, id, days, after: at }, clock.now(), batch),
      );
      if (step === undefined) break;
      complete &&= step.unfinished === null;
      if (complete) done = step.last;
      after = step.last;
    }
    if (done === null) return;
    const to = done;
    await db.engine((tx) => markErased(tx, { tenantId, id, from }, to));
  }

  return {
    tasks: {
      'delivery.erase': {
        maxAttempts: 5,
        async handler(): Promise<void> {
          for (const webhook of await db.engine(listErasable)) await eraseWebhook(webhook);
        },
      },
    },
    cron: [{ task: 'delivery.erase' as const, every: '23 2 * * *' }],
  };
}
