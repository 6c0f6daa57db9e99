import type { LedgerEntry } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId, storableJson, storableText, traceIdOf, type Actor } from '../kernel/index.ts';

export interface EntryRow {
  id: string;
  kind: 'granted' | 'withdrawn';
  withdraws: string | null;
  replaces: string | null;
  purpose_id: string;
  purpose_key: string;
  purpose_name: string;
  text_version: number;
  subject_id: string;
  at: Date;
  expires_at: Date | null;
  evidence: object;
  reason: string | null;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  trace_id: string;
}

export const showActor = (row: { actor_kind: string; actor_id: string | null; actor_name: string }) => ({
  kind: row.actor_kind as Actor['kind'],
  id: row.actor_id,
  name: row.actor_name,
});

export function showEntry(row: EntryRow): LedgerEntry {
  return {
    id: publicId('ledgerEntry', row.id),
    kind: row.kind,
    consentId: publicId('consent', row.withdraws ?? row.id),
    replaces: row.replaces === null ? null : publicId('consent', row.replaces),
    purpose: { id: publicId('purpose', row.purpose_id), key: row.purpose_key, name: row.purpose_name },
    subjectId: row.subject_id,
    textVersion: row.text_version,
    at: row.at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    evidence: row.evidence,
    reason: row.reason,
    recordedBy: showActor(row),
    traceId: traceIdOf(row.trace_id),
  };
}

/** A line to be added to the ledger. Ids are bare. */
export interface NewEntry {
  id: string;
  kind: 'granted' | 'withdrawn';
  /** The grant that is withdrawn; null on a line that grants. */
  withdraws: string | null;
  replaces: string | null;
  purposeId: string;
  textVersion: number;
  subjectId: string;
  at: Date;
  expiresAt: Date | null;
  evidence: object;
  reason: string | null;
  stopped: number;
}

export async function insertEntry(
  tx: Tx,
  about: { tenantId: string; traceId: string; actor: Actor },
  entry: NewEntry,
): Promise<void> {
  await tx.query(
    `insert into consent_entries (tenant_id, id, kind, withdraws, replaces, purpose_id, text_version, subject_id, at,
                                  expires_at, evidence, reason, stopped, actor_kind, actor_id, actor_name, trace_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      about.tenantId,
      entry.id,
      entry.kind,
      entry.withdraws,
      entry.replaces,
      entry.purposeId,
      entry.textVersion,
      entry.subjectId,
      entry.at,
      entry.expiresAt,
      storableJson(entry.evidence),
      entry.reason === null ? null : storableText(entry.reason),
      entry.stopped,
      about.actor.kind,
      about.actor.id,
      storableText(about.actor.name),
      about.traceId,
    ],
    'consent.entry',
  );
}

/** Lines of the ledger, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listEntryRows(
  tx: Tx,
  tenantId: string,
  filter: {
    before: string | undefined;
    subjectId: string | undefined;
    purposeId: string | undefined;
    kind: string | undefined;
    limit: number;
  },
): Promise<EntryRow[]> {
  return tx.query(
    `select e.id, e.kind, e.withdraws, e.replaces, e.purpose_id, p.key as purpose_key, p.name as purpose_name,
            e.text_version, e.subject_id, e.at, e.expires_at, e.evidence, e.reason, e.actor_kind, e.actor_id,
            e.actor_name, e.trace_id
       from consent_entries e
       join consent_purposes p on p.tenant_id = e.tenant_id and p.id = e.purpose_id
      where e.tenant_id = $1 and ($2::uuid is null or e.id < $2) and ($3::text is null or e.subject_id = $3)
        and ($4::uuid is null or e.purpose_id = $4) and ($5::text is null or e.kind = $5)
      order by e.id desc limit $6`,
    [
      tenantId,
      filter.before ?? null,
      filter.subjectId ?? null,
      filter.purposeId ?? null,
      filter.kind ?? null,
      filter.limit + 1,
    ],
  );
}
