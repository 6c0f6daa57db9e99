import type { Tx } from '@mortise/platform/database';
import { storableText, traceIdOf } from '../kernel/index.ts';
import type { NoticePayload, Withdrawal } from './deps.ts';

export async function insertNotices(
  tx: Tx,
  tenantId: string,
  entryId: string,
  tellers: readonly string[],
): Promise<void> {
  await tx.query(
    'insert into consent_notices (tenant_id, entry_id, teller) select $1, $2, unnest($3::text[])',
    [tenantId, entryId, tellers],
  );
}

/** The withdrawal that a notice tells of; undefined when it was told already or its tenant is gone. */
export async function readNotice(tx: Tx, notice: NoticePayload): Promise<Withdrawal | undefined> {
  const [row] = await tx.query<{
    subject_id: string;
    key: string;
    purpose_id: string;
    withdraws: string;
    trace_id: string;
  }>(
    `select e.subject_id, p.key, e.purpose_id, e.withdraws, e.trace_id
       from consent_notices n
       join consent_entries e on e.tenant_id = n.tenant_id and e.id = n.entry_id
       join consent_purposes p on p.tenant_id = e.tenant_id and p.id = e.purpose_id
      where n.tenant_id = $1 and n.entry_id = $2 and n.teller = $3 and n.told_at is null`,
    [notice.tenantId, notice.entryId, notice.teller],
  );
  if (row === undefined) return undefined;
  return {
    tenantId: notice.tenantId,
    subjectId: row.subject_id,
    purpose: row.key,
    purposeId: row.purpose_id,
    consentId: row.withdraws,
    traceId: traceIdOf(row.trace_id),
  };
}

/** @param error null when it was told */
export async function markNotice(
  tx: Tx,
  notice: NoticePayload,
  at: Date,
  error: string | null,
): Promise<void> {
  await tx.query(
    `update consent_notices
        set attempts = attempts + 1, error = $5, told_at = case when $5::text is null then $4::timestamptz end
      where tenant_id = $1 and entry_id = $2 and teller = $3`,
    [notice.tenantId, notice.entryId, notice.teller, at, error === null ? null : storableText(error)],
  );
}
