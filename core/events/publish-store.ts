import { textArray, uuidArray, type Tx } from '@mortise/platform/database';
import type { JsonSchema } from './schema/keywords.ts';

/** Event types that the operator defines for all tenants stand under this id. */
export const sharedTenantId = '00000000-0000-0000-0000-000000000000';

/** What holds for a tenant that publishes, with one definition that concerns it: its own or the operator's for all. */
export interface RuleRow {
  tenant_id: string;
  /** Whether the tenant may publish only what is defined. */
  strict: boolean;
  /** Null, with what follows, where nobody has defined one of the types. */
  type: string | null;
  /** Whether the definition is the tenant's own, which goes before the operator's. */
  own: boolean;
  id: string;
  version: number;
  archived: boolean;
}

/** The rules for pairs of tenant and type: a row for each definition, two at most, and one at least for each pair. */
export function readRules(tx: Tx, pairs: readonly { tenantId: string; type: string }[]): Promise<RuleRow[]> {
  return tx.query<RuleRow & Record<string, unknown>>(
    `select t.id as tenant_id, t.strict_event_types as strict, d.type, d.tenant_id = t.id as own, d.id, d.version,
            d.archived_at is not null as archived
       from unnest($1::uuid[], $2::text[]) as w (tenant_id, type)
       join tenants t on t.id = w.tenant_id
       left join event_types d on d.tenant_id = any(array[w.tenant_id, $3]) and d.type = w.type`,
    [
      uuidArray(pairs.map((pair) => pair.tenantId)),
      textArray(pairs.map((pair) => pair.type)),
      sharedTenantId,
    ],
    'publish.rules',
  );
}

/** The schemas of definitions, as they are now. */
export function readSchemas(
  tx: Tx,
  ids: readonly string[],
): Promise<{ id: string; version: number; schema: JsonSchema | null }[]> {
  return tx.query(
    'select id, version, schema from event_types where id = any($1::uuid[])',
    [ids],
    'publish.schemas',
  );
}

/** A caller's name for an event. */
export interface Name {
  tenantId: string;
  name: string;
}

/** What was published under a name, with all that the answer to it needs. */
export interface NamedRow {
  tenant_id: string;
  name: string;
  event_id: string;
  fingerprint: Buffer;
  type: string;
  subject: string | null;
  trace_id: string;
  occurred_at: Date;
  delivery_count: number;
}

/** Which of these names are taken. @param since the least event id that still holds its name */
export function readNamed(tx: Tx, names: readonly Name[], since: string): Promise<NamedRow[]> {
  return tx.query(
    `select p.tenant_id, p.name, p.event_id, p.fingerprint, e.type, e.subject, e.trace_id, e.occurred_at, e.delivery_count
       from unnest($1::uuid[], $2::text[]) as n (tenant_id, name)
       join published_ids p on p.tenant_id = n.tenant_id and p.name = n.name and p.event_id >= $3
       join events e on e.tenant_id = p.tenant_id and e.id = p.event_id`,
    [names.map((one) => one.tenantId), names.map((one) => one.name), since],
    'publish.named',
  );
}

/**
 * Takes names, waiting for whoever is just taking one of them. Names must come in order, so that two who want the
 * same ones do not wait for each other.
 *
 * @returns how many it got: less than given when another transaction was faster
 */
export async function takeNames(
  tx: Tx,
  names: readonly (Name & { eventId: string; fingerprint: Buffer })[],
  since: string,
): Promise<number> {
  const [row] = await tx.query<{ taken: number }>(
    `with taken as (
       insert into published_ids (tenant_id, name, event_id, fingerprint)
       select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[])
       on conflict (tenant_id, name) do update
         set event_id = excluded.event_id, fingerprint = excluded.fingerprint
       where published_ids.event_id < $5
       returning 1)
     select count(*)::int as taken from taken`,
    [
      names.map((one) => one.tenantId),
      names.map((one) => one.name),
      names.map((one) => one.eventId),
      names.map((one) => one.fingerprint),
      since,
    ],
    'publish.take',
  );
  return row?.taken ?? 0;
}

/** Forgets names of events before an id, some at a time. @returns how many */
export async function dropNames(tx: Tx, before: string, most: number): Promise<number> {
  const [row] = await tx.query<{ gone: number }>(
    `with old as materialized (
       select tenant_id, name from published_ids where event_id < $1 order by event_id limit $2),
     gone as (
       delete from published_ids p using old
        where p.tenant_id = old.tenant_id and p.name = old.name and p.event_id < $1 returning 1)
     select count(*)::int as gone from gone`,
    [before, most],
  );
  return row?.gone ?? 0;
}
