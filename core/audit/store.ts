import type { AuditEntry } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId, traceIdOf } from '../kernel/index.ts';

interface Row {
  id: string;
  action: string;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  subject: string | null;
  details: object;
  trace_id: string;
  created_at: Date;
}

export function showEntry(row: Row): AuditEntry {
  return {
    id: publicId('audit', row.id),
    action: row.action,
    actor: { kind: row.actor_kind as AuditEntry['actor']['kind'], id: row.actor_id, name: row.actor_name },
    subject: row.subject,
    details: row.details as AuditEntry['details'],
    traceId: traceIdOf(row.trace_id),
    at: row.created_at.toISOString(),
  };
}

/** Entries of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listEntries(
  tx: Tx,
  tenantId: string,
  filter: { before?: string | undefined; subject?: string | undefined; limit: number },
): Promise<Row[]> {
  let query = tx.db.selectFrom('audit_entries').selectAll().where('tenant_id', '=', tenantId);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
  return query
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

/** The entries of one trace, oldest first. */
export async function readAuditOfTrace(
  tx: Tx,
  tenantId: string,
  traceId: string,
  limit: number,
): Promise<AuditEntry[]> {
  const rows = await tx.db
    .selectFrom('audit_entries')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('trace_id', '=', traceId)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(showEntry);
}
