import type { Consent, ConsentStatus, NoticeState } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId, traceIdOf } from '../kernel/index.ts';
import { showActor } from './ledger-store.ts';

interface NoticeJson {
  to: string;
  connectionId: string | null;
  state: NoticeState;
  toldAt: string | null;
  endedAt: string | null;
  nextAt: string | null;
  attempts: number;
  error: string | null;
}

export interface ConsentRow {
  id: string;
  purpose_id: string;
  purpose_key: string;
  purpose_name: string;
  subject_id: string;
  text_version: number;
  status: ConsentStatus;
  at: Date;
  expires_at: Date | null;
  evidence: object;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  trace_id: string;
  replaced_by: string | null;
  withdrawn_at: Date | null;
  reason: string | null;
  stopped: number | null;
  by_kind: string | null;
  by_id: string | null;
  by_name: string | null;
  notices: NoticeJson[];
}

const isoOf = (moment: string | null) => (moment === null ? null : new Date(moment).toISOString());

export function showConsent(row: ConsentRow): Consent {
  return {
    id: publicId('consent', row.id),
    purpose: { id: publicId('purpose', row.purpose_id), key: row.purpose_key, name: row.purpose_name },
    subjectId: row.subject_id,
    textVersion: row.text_version,
    status: row.status,
    grantedAt: row.at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    evidence: row.evidence,
    recordedBy: showActor(row),
    replacedBy: row.replaced_by === null ? null : publicId('consent', row.replaced_by),
    withdrawal:
      row.withdrawn_at === null
        ? null
        : {
            at: row.withdrawn_at.toISOString(),
            by: showActor({
              actor_kind: row.by_kind ?? 'system',
              actor_id: row.by_id,
              actor_name: row.by_name ?? '',
            }),
            reason: row.reason,
            stopped: row.stopped ?? 0,
            notices: row.notices.map(({ connectionId, toldAt, endedAt, nextAt, ...notice }) => ({
              ...notice,
              connectionId: connectionId === null ? null : publicId('connection', connectionId),
              toldAt: isoOf(toldAt),
              endedAt: isoOf(endedAt),
              nextAt: isoOf(nextAt),
            })),
          },
    traceId: traceIdOf(row.trace_id),
  };
}

/**
 * Grants with what became of them, all of it read from the ledger, newest first; one more than `limit`.
 *
 * @param filter.now the moment at which the status is asked for
 */
export function listConsentRows(
  tx: Tx,
  tenantId: string,
  filter: {
    now: Date;
    limit: number;
    id?: string | undefined;
    before?: string | undefined;
    subjectId?: string | undefined;
    purposeId?: string | undefined;
    status?: string | undefined;
  },
): Promise<ConsentRow[]> {
  return tx.query(
    `with seen as (
       select e.id, e.purpose_id, p.key as purpose_key, p.name as purpose_name, e.subject_id, e.text_version, e.at,
              e.expires_at, e.evidence, e.actor_kind, e.actor_id, e.actor_name, e.trace_id,
              r.id as replaced_by, w.id as withdrawal_id, w.at as withdrawn_at, w.reason, w.stopped,
              w.actor_kind as by_kind, w.actor_id as by_id, w.actor_name as by_name,
              case when w.id is not null then 'withdrawn'
                   when r.id is not null then 'replaced'
                   when p.archived_at is not null then 'archived'
                   when e.text_version < p.least_text_version then 'outdated'
                   when e.expires_at <= $2 then 'expired'
                   else 'in_force' end as status
         from consent_entries e
         join consent_purposes p on p.tenant_id = e.tenant_id and p.id = e.purpose_id
         left join consent_entries w
                on w.tenant_id = e.tenant_id and w.withdraws = e.id
         left join consent_entries r on r.tenant_id = e.tenant_id and r.replaces = e.id
        where e.tenant_id = $1 and e.kind = 'granted' and ($3::uuid is null or e.id = $3)
          and ($4::uuid is null or e.id < $4) and ($5::text is null or e.subject_id = $5)
          and ($6::uuid is null or e.purpose_id = $6))
     select seen.*, coalesce((
              select jsonb_agg(jsonb_build_object('to', coalesce(n.name, n.teller), 'connectionId', n.connection_id,
                                                  'state', n.state, 'toldAt', n.told_at, 'endedAt', n.ended_at,
                                                  'nextAt', n.next_at, 'attempts', n.attempts, 'error', n.error)
                               order by n.teller, n.name, n.addressee)
                from consent_notices n where n.tenant_id = $1 and n.entry_id = withdrawal_id), '[]') as notices
       from seen where $7::text is null or status = $7
      order by id desc limit $8`,
    [
      tenantId,
      filter.now,
      filter.id ?? null,
      filter.before ?? null,
      filter.subjectId ?? null,
      filter.purposeId ?? null,
      filter.status ?? null,
      filter.limit + 1,
    ],
  );
}

/** One grant, or undefined. */
export async function readConsentRow(
  tx: Tx,
  tenantId: string,
  id: string,
  now: Date,
): Promise<ConsentRow | undefined> {
  const [row] = await listConsentRows(tx, tenantId, { id, now, limit: 1 });
  return row;
}

/** The latest grant of a person and purpose, by the purpose's key. */
export async function readLatest(
  tx: Tx,
  tenantId: string,
  purposeKey: string,
  subjectId: string,
  now: Date,
): Promise<ConsentRow | undefined> {
  const [state] = await tx.query<{ grant_id: string | null }>(
    `select c.grant_id from consents c
       join consent_purposes p on p.tenant_id = c.tenant_id and p.id = c.purpose_id
      where c.tenant_id = $1 and p.key = $2 and c.subject_id = $3`,
    [tenantId, purposeKey, subjectId],
  );
  const id = state?.grant_id ?? undefined;
  return id === undefined ? undefined : readConsentRow(tx, tenantId, id, now);
}
