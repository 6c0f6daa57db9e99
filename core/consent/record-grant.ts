import type { ConsentEvidence } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { record, type AuditContext } from '../audit/index.ts';
import { newId, publicId } from '../kernel/index.ts';
import type { ConsentDeps } from './deps.ts';
import { archivedPurpose, expiresInPast, outdatedText, unknownPurpose, unknownText } from './errors.ts';
import { insertEntry } from './ledger-store.ts';
import { holdPurpose } from './purpose-store.ts';
import { lockState, setGrant } from './state-store.ts';

/**
 * Records a grant: line in the ledger, state, event and audit entry in the caller's transaction. It takes the place of
 * the grant that the person has, if any, so that one at most is in force whoever else grants at the same time.
 *
 * @returns the bare id of the grant
 * @throws MortiseError unprocessable: no such purpose or text, archived, a text that no longer counts, expired already
 */
export async function recordGrant(
  tx: Tx,
  deps: Pick<ConsentDeps, 'events' | 'clock'>,
  context: AuditContext,
  grant: {
    subjectId: string;
    purpose: string;
    textVersion: number;
    expiresAt: Date | null;
    evidence: ConsentEvidence;
  },
): Promise<string> {
  const { tenantId, traceId } = context;
  const { subjectId, textVersion, expiresAt, evidence } = grant;
  const now = deps.clock.now();
  const purpose = await holdPurpose(tx, tenantId, grant.purpose);
  if (purpose === undefined) throw unknownPurpose();
  if (purpose.archived_at !== null) throw archivedPurpose();
  if (textVersion > purpose.text_version) throw unknownText();
  if (textVersion < purpose.least_text_version) throw outdatedText(purpose.least_text_version);
  if (expiresAt !== null && expiresAt <= now) throw expiresInPast();

  const before = await lockState(tx, tenantId, purpose.id, subjectId);
  const replaces = before.withdrawnAt === null ? before.grantId : null;
  const id = newId();
  await insertEntry(tx, context, {
    id,
    kind: 'granted',
    withdraws: null,
    replaces,
    purposeId: purpose.id,
    textVersion,
    subjectId,
    at: now,
    expiresAt,
    evidence,
    reason: null,
    stopped: 0,
  });
  await setGrant(tx, tenantId, purpose.id, subjectId, { id, textVersion, expiresAt });
  const consentId = publicId('consent', id);
  const about = {
    purpose: purpose.key,
    subjectId,
    textVersion,
    expiresAt: expiresAt?.toISOString() ?? null,
    replaces: replaces === null ? null : publicId('consent', replaces),
  };
  await deps.events.append(tx, { tenantId, traceId }, [
    { type: 'consent.granted', subject: consentId, data: { consentId, ...about }, occurredAt: now },
  ]);
  await record(tx, context, { action: 'consent.granted', subject: consentId, details: about });
  return id;
}
