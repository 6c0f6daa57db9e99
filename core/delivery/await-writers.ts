import type { Tx } from '@mortise/platform/database';
import { readLocksOf, readReadersOfWebhooks, saveWaitsFor } from './writers-store.ts';

const lookAgainMs = 250;
/** One that only reads (a dump, a forgotten session) is not waited for any longer. */
const readersMs = 60_000;

/**
 * Whether a replay has to wait for transactions that may append events without having seen the webhook as it is now:
 * their events are numbered already, make no delivery, and appear behind the walk should they commit after it came by.
 *
 * Whoever appends reads the webhooks in the same transaction and keeps the lock on the table that comes with it, taken
 * before the look, until its end. So of those who hold that lock when the replay begins some have not seen the webhook;
 * whoever takes it later has, and makes the deliveries itself.
 *
 * @returns when to look again; undefined when all of them have ended
 */
export async function awaitWriters(
  tx: Tx,
  tenantId: string,
  replay: { id: string; waits_for: string[] | null; updated_at: Date },
  now: Date,
): Promise<Date | undefined> {
  if (replay.waits_for === null) {
    const readers = await readReadersOfWebhooks(tx);
    await saveWaitsFor(tx, tenantId, replay.id, readers, now);
    return readers.length === 0 ? undefined : new Date(now.getTime() + lookAgainMs);
  }
  if (replay.waits_for.length === 0) return undefined;
  const open = await readLocksOf(tx, replay.waits_for);
  const patient = now.getTime() < replay.updated_at.getTime() + readersMs;
  if (open.some(({ writes }) => patient || writes)) return new Date(now.getTime() + lookAgainMs);
  await saveWaitsFor(tx, tenantId, replay.id, [], now);
  return undefined;
}
