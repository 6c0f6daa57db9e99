import { newId, storableJson, storableText, type Actor } from '../kernel/index.ts';
import type { Tx } from '@mortise/platform/database';

/** What an entry takes from the request, or from the job, that caused it. */
export interface AuditContext {
  tenantId: string;
  traceId: string;
  actor: Actor;
}

/**
 * Writes one audit entry in the transaction of what it tells.
 *
 * @param what.action room and past participle, such as `integration.created`
 * @param what.subject the public id of the thing
 * @param what.details what a reader needs to understand it; never a secret
 */
export async function record(
  tx: Tx,
  context: AuditContext,
  what: { action: string; subject?: string; details?: Record<string, unknown> },
): Promise<void> {
  await tx.query(
    `insert into audit_entries (tenant_id, id, action, actor_kind, actor_id, actor_name, subject, details, trace_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      context.tenantId,
      newId(),
      what.action,
      context.actor.kind,
      context.actor.id,
      storableText(context.actor.name),
      what.subject ?? null,
      storableJson(what.details ?? {}),
      context.traceId,
    ],
    'audit.record',
  );
}
