import type { ConsentCategory } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { storableText, traceIdOf } from '../kernel/index.ts';
import type { Addressee, NoticePayload, Telling } from './deps.ts';
import type { NoticeDecision } from './judge-notice.ts';

export async function readCategory(
  tx: Tx,
  tenantId: string,
  purposeId: string,
): Promise<ConsentCategory | null> {
  const [row] = await tx.query<{ provider_category: ConsentCategory | null }>(
    'select provider_category from consent_purposes where tenant_id = $1 and id = $2',
    [tenantId, purposeId],
  );
  return row?.provider_category ?? null;
}

export async function insertNotice(
  tx: Tx,
  { tenantId, entryId, teller, addressee }: NoticePayload,
  about: Omit<Addressee, 'key'> & { email: string | null; now: Date },
): Promise<void> {
  await tx.query(
    `insert into consent_notices (tenant_id, entry_id, teller, addressee, name, connection_id, email, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tenantId,
      entryId,
      teller,
      addressee,
      storableText(about.name),
      about.connectionId,
      about.email,
      about.now,
    ],
  );
}

/** A notice that waits, with what it tells. */
export interface WaitingNotice {
  telling: Telling;
  /** Tries before this one. */
  attempts: number;
  since: Date;
  /** The person has granted the purpose again: what would be told is no longer so. */
  grantedAnew: boolean;
}

/** undefined when the notice does not wait any more or its tenant is gone. */
export async function readNotice(tx: Tx, notice: NoticePayload): Promise<WaitingNotice | undefined> {
  const [row] = await tx.query<{
    subject_id: string;
    key: string;
    provider_category: ConsentCategory | null;
    purpose_id: string;
    withdraws: string;
    trace_id: string;
    email: string | null;
    attempts: number;
    created_at: Date;
    granted_anew: boolean;
  }>(
    `select e.subject_id, p.key, p.provider_category, e.purpose_id, e.withdraws, e.trace_id, n.email, n.attempts,
            n.created_at, exists (select from consents c
                                   where c.tenant_id = e.tenant_id and c.purpose_id = e.purpose_id
                                     and c.subject_id = e.subject_id and c.grant_id <> e.withdraws) as granted_anew
       from consent_notices n
       join consent_entries e on e.tenant_id = n.tenant_id and e.id = n.entry_id
       join consent_purposes p on p.tenant_id = e.tenant_id and p.id = e.purpose_id
      where n.tenant_id = $1 and n.entry_id = $2 and n.teller = $3 and n.addressee = $4 and n.state = 'waiting'`,
    [notice.tenantId, notice.entryId, notice.teller, notice.addressee],
  );
  if (row === undefined) return undefined;
  return {
    telling: {
      tenantId: notice.tenantId,
      subjectId: row.subject_id,
      purpose: row.key,
      purposeId: row.purpose_id,
      consentId: row.withdraws,
      traceId: traceIdOf(row.trace_id),
      providerCategory: row.provider_category,
      email: row.email,
    },
    attempts: row.attempts,
    since: row.created_at,
    grantedAnew: row.granted_anew,
  };
}

/**
 * Writes down what became of a try. Whoever wrote its end before has the last word; and where somebody began it anew
 * meanwhile, perhaps with an address that the try did not have, its next try has.
 *
 * @param since when the notice that was tried was written, or begun anew
 * @returns whether it was written down
 */
export async function markNotice(
  tx: Tx,
  notice: NoticePayload,
  { since, now }: { since: Date; now: Date },
  decision: NoticeDecision,
): Promise<boolean> {
  const { state } = decision;
  const rows = await tx.query(
    `update consent_notices
        set attempts = attempts + 1, state = $5, error = $6, next_at = $7,
            told_at = case when $5 = 'told' then $8::timestamptz end,
            ended_at = case when $5 in ('unknown_person', 'ended') then $8::timestamptz end,
            email = case when $5 = 'waiting' then email end
      where tenant_id = $1 and entry_id = $2 and teller = $3 and addressee = $4 and state = 'waiting'
        and date_trunc('milliseconds', created_at) = $9
      returning 1`,
    [
      notice.tenantId,
      notice.entryId,
      notice.teller,
      notice.addressee,
      state,
      state === 'told' ? null : storableText(decision.reason.slice(0, 1000)),
      state === 'waiting' ? decision.nextAt : null,
      now,
      since,
    ],
  );
  return rows.length > 0;
}

/**
 * Lets the notices of a withdrawal that ended without being told, or wait for another try, begin anew.
 *
 * @returns them, with their names
 */
export function reopenNotices(
  tx: Tx,
  about: { tenantId: string; consentId: string; email: string | null; now: Date },
): Promise<(NoticePayload & { name: string })[]> {
  return tx.query<NoticePayload & { name: string } & Record<string, unknown>>(
    `update consent_notices n
        set state = 'waiting', attempts = 0, error = null, ended_at = null, next_at = null, created_at = $4,
            email = coalesce($3, email)
       from consent_entries e
      where e.tenant_id = $1 and e.withdraws = $2 and n.tenant_id = e.tenant_id and n.entry_id = e.id
        and (n.state in ('unknown_person', 'ended') or (n.state = 'waiting' and n.next_at is not null))
      returning n.tenant_id as "tenantId", n.entry_id as "entryId", n.teller, n.addressee,
                coalesce(n.name, n.teller) as name`,
    [about.tenantId, about.consentId, about.email, about.now],
  );
}
