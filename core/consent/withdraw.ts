import type { Tx } from '@mortise/platform/database';
import { record, type AuditContext } from '../audit/index.ts';
import { newId, notFound, publicId } from '../kernel/index.ts';
import { readConsentRow } from './consent-store.ts';
import type { ConsentDeps, Withdrawal } from './deps.ts';
import { replacedSince } from './errors.ts';
import { insertEntry } from './ledger-store.ts';
import { insertNotices } from './notice-store.ts';
import { lockState, setWithdrawn } from './state-store.ts';

/**
 * Withdraws a grant: line in the ledger, state, stop of what is queued, jobs that tell the providers, event and audit
 * entry in the caller's transaction. A grant that is withdrawn already stays as it is, and nothing is done again.
 *
 * @param id bare
 * @throws MortiseError not_found; conflict when the person has granted anew since
 */
export async function withdraw(
  tx: Tx,
  deps: ConsentDeps,
  context: AuditContext,
  id: string,
  reason: string | null,
): Promise<void> {
  const { tenantId, traceId } = context;
  const now = deps.clock.now();
  const grant = await readConsentRow(tx, tenantId, id, now);
  if (grant === undefined) throw notFound();
  const state = await lockState(tx, tenantId, grant.purpose_id, grant.subject_id);
  if (state.grantId !== id) {
    // The grant was not the latest when the lock was got. Withdrawn before that, it is what was asked for.
    const latest = await readConsentRow(tx, tenantId, id, now);
    if (latest?.status === 'withdrawn') return;
    throw replacedSince();
  }
  if (state.withdrawnAt !== null) return;

  const withdrawal: Withdrawal = {
    tenantId,
    subjectId: grant.subject_id,
    purpose: grant.purpose_key,
    purposeId: grant.purpose_id,
    consentId: id,
    traceId,
  };
  let stopped = 0;
  for (const stop of deps.stops) stopped += await stop(tx, withdrawal);
  const entryId = newId();
  await insertEntry(tx, context, {
    id: entryId,
    kind: 'withdrawn',
    withdraws: id,
    replaces: null,
    purposeId: grant.purpose_id,
    textVersion: grant.text_version,
    subjectId: grant.subject_id,
    at: now,
    expiresAt: null,
    evidence: {},
    reason,
    stopped,
  });
  await setWithdrawn(tx, tenantId, grant.purpose_id, grant.subject_id, now);
  await notify(tx, deps, tenantId, entryId);
  const consentId = publicId('consent', id);
  const about = { purpose: grant.purpose_key, subjectId: grant.subject_id, reason, stopped };
  await deps.events.append(tx, { tenantId, traceId }, [
    { type: 'consent.withdrawn', subject: consentId, data: { consentId, ...about }, occurredAt: now },
  ]);
  await record(tx, context, { action: 'consent.withdrawn', subject: consentId, details: about });
}

/** One job for each who is to be told: one that fails is tried again without telling the others twice. */
async function notify(tx: Tx, deps: ConsentDeps, tenantId: string, entryId: string): Promise<void> {
  const names = deps.tellers.map((teller) => teller.name);
  if (names.length === 0) return;
  await insertNotices(tx, tenantId, entryId, names);
  for (const teller of names) {
    await deps.queue.addIn(
      (sql, params) => tx.query(sql, params),
      'consent.tell',
      { tenantId, entryId, teller },
      { jobKey: `consent.tell:${entryId}:${teller}` },
    );
  }
}
