import type { Tx } from '@mortise/platform/database';
import { record, type AuditContext } from '../audit/index.ts';
import { newId, notFound, publicId } from '../kernel/index.ts';
import { readConsentRow } from './consent-store.ts';
import type { ConsentDeps, Withdrawal } from './deps.ts';
import { replacedSince } from './errors.ts';
import { insertEntry } from './ledger-store.ts';
import { notify } from './notify.ts';
import { lockState, setWithdrawn } from './state-store.ts';

/**
 * Withdraws a grant: line in the ledger, state, stop of what is queued, jobs that tell the providers, event and audit
 * entry in the caller's transaction. A grant that is withdrawn already stays as it is, and nothing is done again.
 *
 * @param id bare
 * @param given.email by which providers may know the person
 * @throws MortiseError not_found; conflict when the person has granted anew since
 */
export async function withdraw(
  tx: Tx,
  deps: ConsentDeps,
  context: AuditContext,
  id: string,
  given: { reason: string | null; email: string | null },
): Promise<void> {
  const { tenantId, traceId } = context;
  const { reason, email } = given;
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
  await notify(tx, deps, { ...withdrawal, entryId, email });
  const consentId = publicId('consent', id);
  const about = { purpose: grant.purpose_key, subjectId: grant.subject_id, reason, stopped };
  await deps.events.append(tx, { tenantId, traceId }, [
    { type: 'consent.withdrawn', subject: consentId, data: { consentId, ...about }, occurredAt: now },
  ]);
  await record(tx, context, { action: 'consent.withdrawn', subject: consentId, details: about });
}
