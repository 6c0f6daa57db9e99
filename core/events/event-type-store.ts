import type { EventType } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { newId, publicId } from '../kernel/index.ts';
import { sharedTenantId } from './publish-store.ts';

export interface EventTypeRow {
  tenant_id: string;
  id: string;
  type: string;
  description: string;
  schema: object | null;
  examples: object;
  archived_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export function showEventType(row: EventTypeRow): EventType {
  return {
    id: publicId('eventType', row.id),
    type: row.type,
    description: row.description,
    schema: row.schema as EventType['schema'],
    examples: row.examples as EventType['examples'],
    archived: row.archived_at !== null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

/** What is kept of a type; as JSON texts, because the driver would write a list as an array of the database. */
export interface EventTypeContent {
  description: string;
  schema: string | null;
  examples: string;
}

/** The tenant's types and, in a transaction that may see them, those for all tenants. Few: see `mostTypes`. */
export function listTypeRows(tx: Tx, tenantId: string): Promise<EventTypeRow[]> {
  return tx.query<EventTypeRow & Record<string, unknown>>(
    'select * from event_types where tenant_id in ($1, $2) order by type, tenant_id',
    [tenantId, sharedTenantId],
  );
}

export async function countTypes(tx: Tx, tenantId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*) as count from event_types where tenant_id = $1',
    [tenantId],
  );
  return row?.count ?? 0;
}

/** @returns undefined when there is one of this name */
export async function insertType(
  tx: Tx,
  tenantId: string,
  type: string,
  content: EventTypeContent,
): Promise<EventTypeRow | undefined> {
  const rows = await tx.query<EventTypeRow & Record<string, unknown>>(
    `insert into event_types (tenant_id, id, type, description, schema, examples) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, type) do nothing returning *`,
    [tenantId, newId(), type, content.description, content.schema, content.examples],
  );
  return rows[0];
}

/** One of the tenant's own, locked against other changes. */
export async function lockType(tx: Tx, tenantId: string, id: string): Promise<EventTypeRow | undefined> {
  const rows = await tx.query<EventTypeRow & Record<string, unknown>>(
    'select * from event_types where tenant_id = $1 and id = $2 for update',
    [tenantId, id],
  );
  return rows[0];
}

export async function updateType(
  tx: Tx,
  tenantId: string,
  id: string,
  content: EventTypeContent & { archived: boolean },
): Promise<EventTypeRow> {
  const [row] = await tx.query<EventTypeRow & Record<string, unknown>>(
    `update event_types
        set description = $3, schema = $4, examples = $5, version = version + 1, updated_at = now(),
            archived_at = case when $6 then coalesce(archived_at, now()) end
      where tenant_id = $1 and id = $2 returning *`,
    [tenantId, id, content.description, content.schema, content.examples, content.archived],
  );
  if (row === undefined) throw new Error('The type was locked and is gone');
  return row;
}

export async function deleteType(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.query('delete from event_types where tenant_id = $1 and id = $2', [tenantId, id]);
}
