import type { Tx } from '@mortise/platform/database';
import type { ConsentDeps, NoticePayload, Withdrawal } from './deps.ts';
import { insertNotice, readCategory, reopenNotices } from './notice-store.ts';

/**
 * Writes a notice and a job for each who is to be told, in the withdrawal's transaction: one that fails is tried again
 * without telling the others twice, and stops none of them.
 */
export async function notify(
  tx: Tx,
  deps: Pick<ConsentDeps, 'queue' | 'tellers' | 'clock'>,
  about: Withdrawal & { entryId: string; email: string | null },
): Promise<void> {
  const { entryId, ...withdrawal } = about;
  const { tenantId, email } = withdrawal;
  if (deps.tellers.length === 0) return;
  const providerCategory = await readCategory(tx, tenantId, withdrawal.purposeId);
  for (const teller of deps.tellers) {
    for (const addressee of await teller.addressees(tx, { ...withdrawal, providerCategory })) {
      const notice = { tenantId, entryId, teller: teller.name, addressee: addressee.key };
      await insertNotice(tx, notice, { ...addressee, email, now: deps.clock.now() });
      await addJob(tx, deps, notice);
    }
  }
}

/**
 * Begins anew with those who could not be told.
 *
 * @param about.consentId bare
 * @param about.email by which they may know the person
 * @returns who is told again, for people to read
 */
export async function notifyAgain(
  tx: Tx,
  deps: Pick<ConsentDeps, 'queue' | 'clock'>,
  about: { tenantId: string; consentId: string; email: string | null },
): Promise<string[]> {
  const reopened = await reopenNotices(tx, { ...about, now: deps.clock.now() });
  for (const { name: _name, ...notice } of reopened) await addJob(tx, deps, notice);
  return reopened.map(({ name }) => name);
}

/** The job of a notice; there is one at most, and a later one takes the place of one that waits. */
export async function addJob(
  tx: Tx,
  deps: Pick<ConsentDeps, 'queue'>,
  notice: NoticePayload,
  runAt?: Date,
): Promise<void> {
  const { entryId, teller, addressee } = notice;
  await deps.queue.addIn((sql, params) => tx.query(sql, params), 'consent.tell', notice, {
    jobKey: `consent.tell:${entryId}:${teller}:${addressee}`,
    ...(runAt === undefined ? {} : { runAt }),
  });
}
