import type { MortiseEvent } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId, traceIdOf } from '../kernel/index.ts';

export interface EventRow {
  id: string;
  type: string;
  subject: string | null;
  data: object;
  trace_id: string;
  occurred_at: Date;
  delivery_count: number;
  publisher: string | null;
  erased_at: Date | null;
}

export function showEvent(row: EventRow): MortiseEvent {
  return {
    id: publicId('event', row.id),
    type: row.type,
    subject: row.subject,
    data: row.data as MortiseEvent['data'],
    traceId: traceIdOf(row.trace_id),
    occurredAt: row.occurred_at.toISOString(),
    deliveryCount: row.delivery_count,
    publisher: row.publisher,
    erasedAt: row.erased_at?.toISOString() ?? null,
  };
}

export interface EventFilter {
  before?: string | undefined;
  type?: string | undefined;
  subject?: string | undefined;
  traceId?: string | undefined;
  limit: number;
}

/** Events of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listEventRows(tx: Tx, tenantId: string, filter: EventFilter): Promise<EventRow[]> {
  let query = tx.db.selectFrom('events').selectAll().where('tenant_id', '=', tenantId);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  if (filter.type !== undefined) query = query.where('type', '=', filter.type);
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
  if (filter.traceId !== undefined) query = query.where('trace_id', '=', filter.traceId);
  return query
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

export function readEventRow(tx: Tx, tenantId: string, id: string): Promise<EventRow | undefined> {
  return tx.db
    .selectFrom('events')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** The first events of a trace, oldest first, and how many there are. */
export async function readEventsOfTrace(
  tx: Tx,
  tenantId: string,
  traceId: string,
  filter: { subject?: string | undefined; limit: number },
): Promise<{ count: number; first: MortiseEvent[] }> {
  let base = tx.db.selectFrom('events').where('tenant_id', '=', tenantId).where('trace_id', '=', traceId);
  if (filter.subject !== undefined) base = base.where('subject', '=', filter.subject);
  const { count } = await base.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const rows = await base.selectAll().orderBy('id').limit(filter.limit).execute();
  return { count, first: rows.map(showEvent) };
}
