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
  /** The beginning of the types, with its dot. */
  family?: string | undefined;
  subject?: string | undefined;
  traceId?: string | undefined;
  publisher?: string | undefined;
  /** Least and first too large id. */
  from?: string | undefined;
  to?: string | undefined;
  data?: { path: string[]; value: string } | undefined;
  limit: number;
}

/**
 * Events of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more.
 *
 * A family is read type by type, each from its index, and merged: its types are found by skipping from one to the
 * next in the index, so that a family that is rare costs no more than one that is common.
 */
export async function listEventRows(tx: Tx, tenantId: string, filter: EventFilter): Promise<EventRow[]> {
  const values: unknown[] = [tenantId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['e.tenant_id = $1'];
  if (filter.before !== undefined) where.push(`e.id < ${bind(filter.before)}`);
  if (filter.from !== undefined) where.push(`e.id >= ${bind(filter.from)}`);
  if (filter.to !== undefined) where.push(`e.id < ${bind(filter.to)}`);
  if (filter.type !== undefined) where.push(`e.type = ${bind(filter.type)}`);
  if (filter.subject !== undefined) where.push(`e.subject = ${bind(filter.subject)}`);
  if (filter.traceId !== undefined) where.push(`e.trace_id = ${bind(filter.traceId)}`);
  if (filter.publisher !== undefined) where.push(`e.publisher = ${bind(filter.publisher)}`);
  if (filter.data !== undefined)
    where.push(`e.data #>> ${bind(filter.data.path)}::text[] = ${bind(filter.data.value)}`);
  const limit = bind(filter.limit + 1);
  const plain = (also: string) =>
    `select e.* from events e where ${where.join(' and ')}${also} order by e.id desc limit ${limit}`;
  if (filter.family === undefined) return tx.query<EventRow & Record<string, unknown>>(plain(''), values);
  const family = bind(filter.family);
  return tx.query<EventRow & Record<string, unknown>>(
    `with recursive types (type) as (
       (select type from events where tenant_id = $1 order by type limit 1)
       union all
       select (select n.type from events n where n.tenant_id = $1 and n.type > t.type order by n.type limit 1)
         from types t where t.type is not null)
     select found.* from types t cross join lateral (${plain(' and e.type = t.type')}) found
      where starts_with(t.type, ${family}) order by found.id desc limit ${limit}`,
    values,
  );
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
