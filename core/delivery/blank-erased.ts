import type { Database } from '@mortise/platform/database';
import type { Clock } from '../kernel/index.ts';
import { blankAttempts, forgetErased, lookAgain, readUnderWay, takeErased } from './erased-store.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];
/** Longer than any transaction that has read an event before it was erased and has not committed its claim yet. */
export const firstLookMs = minuteMs;
const nextLookMs = 5 * minuteMs;

/**
 * Blanks what attempts have kept of events that were erased while deliveries of them were on their way: what a process
 * has in memory by then is sent, and recorded with what was sent and answered.
 *
 * An event is looked at a minute after its erasure, and each five minutes while a delivery of it is under way, however
 * long that takes: a webhook's line may be hours long. Once none is, its attempts are blanked, and an hour later once
 * more: a process that was taken for gone while it lived may still record what it had in flight. Then it is forgotten.
 * A batch is a transaction, so it may stop between any two and be run again.
 *
 * @param batchSize events in a transaction
 */
export async function blankErased(
  { db, clock }: { db: Database; clock: Clock },
  signal: AbortSignal,
  batchSize = 500,
): Promise<void> {
  for (let taken = batchSize; taken === batchSize;) {
    signal.throwIfAborted();
    taken = await db.engine(async (tx) => {
      const now = clock.now();
      const events = await takeErased(tx, now, batchSize);
      if (events.length === 0) return 0;
      // In this order: what is not under way any more has its last attempt committed, and the next statement sees it.
      const underWay = await readUnderWay(tx, events);
      await blankAttempts(tx, events);
      const open = events.filter((event) => underWay.has(event.event_id));
      const settled = events.filter((event) => !underWay.has(event.event_id));
      await lookAgain(tx, open, new Date(now.getTime() + nextLookMs), false);
      const again = settled.filter((event) => !event.settled_once);
      await lookAgain(tx, again, new Date(now.getTime() + hourMs), true);
      await forgetErased(
        tx,
        settled.filter((event) => event.settled_once),
      );
      return events.length;
    });
  }
}
