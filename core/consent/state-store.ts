import type { Tx } from '@mortise/platform/database';
import type { ConsentState } from './judge-consent.ts';

interface StateRow {
  subject_id: string;
  grant_id: string | null;
  text_version: number | null;
  expires_at: Date | null;
  withdrawn_at: Date | null;
}

/**
 * What is known of people's grants of a purpose. The purpose and the rows are held until the transaction ends, in the
 * order of the people's ids, so that two such readers and a writer never wait for each other in a circle.
 *
 * @returns by person; empty when there is no such purpose
 */
export async function readStates(
  tx: Tx,
  tenantId: string,
  purposeKey: string,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, ConsentState>> {
  const [purpose] = await tx.query<{ id: string; least_text_version: number; archived_at: Date | null }>(
    'select id, least_text_version, archived_at from consent_purposes where tenant_id = $1 and key = $2 for share',
    [tenantId, purposeKey],
    'consent.gate.purpose',
  );
  if (purpose === undefined) return new Map();
  const rows = await tx.query<StateRow>(
    `select subject_id, grant_id, text_version, expires_at, withdrawn_at from consents
      where tenant_id = $1 and purpose_id = $2 and subject_id = any ($3::text[])
      order by subject_id for share`,
    [tenantId, purpose.id, subjectIds],
    'consent.gate.states',
  );
  const bySubject = new Map(rows.map((row) => [row.subject_id, row]));
  return new Map(
    subjectIds.map((subjectId) => {
      const row = bySubject.get(subjectId);
      const state: ConsentState = {
        grantId: row?.grant_id ?? null,
        textVersion: row?.text_version ?? null,
        expiresAt: row?.expires_at ?? null,
        withdrawnAt: row?.withdrawn_at ?? null,
        leastTextVersion: purpose.least_text_version,
        archivedAt: purpose.archived_at,
      };
      return [subjectId, state];
    }),
  );
}

/** Locks a person's row of a purpose for writing, making it when there is none. @returns the grant it holds so far */
export async function lockState(
  tx: Tx,
  tenantId: string,
  purposeId: string,
  subjectId: string,
): Promise<{ grantId: string | null; withdrawnAt: Date | null }> {
  const [row] = await tx.query<{ grant_id: string | null; withdrawn_at: Date | null }>(
    `insert into consents (tenant_id, purpose_id, subject_id) values ($1, $2, $3)
     on conflict (tenant_id, purpose_id, subject_id) do update set subject_id = excluded.subject_id
     returning grant_id, withdrawn_at`,
    [tenantId, purposeId, subjectId],
  );
  return { grantId: row?.grant_id ?? null, withdrawnAt: row?.withdrawn_at ?? null };
}

export async function setGrant(
  tx: Tx,
  tenantId: string,
  purposeId: string,
  subjectId: string,
  grant: { id: string; textVersion: number; expiresAt: Date | null },
): Promise<void> {
  await tx.query(
    `update consents set grant_id = $4, text_version = $5, expires_at = $6, withdrawn_at = null
      where tenant_id = $1 and purpose_id = $2 and subject_id = $3`,
    [tenantId, purposeId, subjectId, grant.id, grant.textVersion, grant.expiresAt],
  );
}

export async function setWithdrawn(
  tx: Tx,
  tenantId: string,
  purposeId: string,
  subjectId: string,
  at: Date,
): Promise<void> {
  await tx.query(
    'update consents set withdrawn_at = $4 where tenant_id = $1 and purpose_id = $2 and subject_id = $3',
    [tenantId, purposeId, subjectId, at],
  );
}
