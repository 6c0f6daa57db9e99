import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '@mortise/platform/database';

interface Column {
  table: string;
  name: string;
  type: string;
  required: boolean;
  /** The texts that a check constraint allows, if it names some. */
  allowed: string[] | null;
}

interface ForeignKey {
  table: string;
  own: string[];
  target: string;
  other: string[];
}

export interface Planted {
  tenants: [string, string];
  /** Each tenant with the other. */
  pairs: [string, string][];
  /** The person who is the member of each. */
  personOf: Map<string, string>;
  /** Puts one more row of a tenant into a table, with new values wherever a key allows. */
  insertAnother(tx: Tx, table: string, tenant: string): Promise<void>;
}

const columnsSql = `
  select c.relname as table, a.attname as name, t.typname as type,
         a.attnotnull and not a.atthasdef as required,
         (select array_agg(m[1]) from pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''([^'']+)''::text', 'g') m
           where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]) as allowed
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
   where c.relnamespace = 'mortise'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;

const keysSql = `
  select s.relname as table, t.relname as target,
         array(select attname::text from unnest(k.conkey) with ordinality x (n, i)
                 join pg_attribute on attrelid = k.conrelid and attnum = n order by i) as own,
         array(select attname::text from unnest(k.confkey) with ordinality x (n, i)
                 join pg_attribute on attrelid = k.confrelid and attnum = n order by i) as other
    from pg_constraint k join pg_class s on s.oid = k.conrelid join pg_class t on t.oid = k.confrelid
   where k.contype = 'f' and k.connamespace = 'mortise'::regnamespace`;

const valueOf = (column: Column): unknown => {
  if (column.allowed !== null) return column.allowed[0];
  switch (column.type) {
    case 'uuid':
      return randomUUID();
    case 'text':
      return `text ${randomUUID()}`;
    case 'bytea':
      return Buffer.from(randomUUID());
    case 'jsonb':
      return '{}';
    case 'timestamptz':
      return new Date();
    case 'bool':
      return false;
    case '_text':
    case '_uuid':
      return [];
    default:
      return 1;
  }
};

/**
 * One row in every table for each of two tenants, made up from the catalogue: a table that is added later is tried
 * without anybody having to think of it.
 */
export async function plantRows(db: Database, tables: readonly string[]): Promise<Planted> {
  const columns = (await db.pool.query<Column>(columnsSql)).rows;
  const keys = (await db.pool.query<ForeignKey>(keysSql)).rows;
  const planted = new Map<string, Record<string, unknown>>();
  const tenants: [string, string] = [randomUUID(), randomUUID()];
  const personOf = new Map<string, string>();

  const tenantColumn = (table: string) => (table === 'tenants' ? 'id' : 'tenant_id');

  function rowFor(table: string, tenant: string): Record<string, unknown> {
    const row: Record<string, unknown> = {};
    for (const column of columns) {
      if (column.table === table && column.required) row[column.name] = valueOf(column);
    }
    for (const key of keys) {
      if (key.table !== table || key.target === table || !key.own.some((name) => name in row)) continue;
      const target = planted.get(`${key.target}/${tenant}`);
      if (target === undefined) throw new Error(`${table} needs a row of ${key.target} first`);
      key.own.forEach((name, place) => (row[name] = target[key.other[place]!]));
    }
    row[tenantColumn(table)] = tenant;
    return row;
  }

  async function insert(tx: Tx, table: string, row: Record<string, unknown>): Promise<void> {
    const names = Object.keys(row);
    const places = names.map((_, index) => `$${index + 1}`);
    await tx.query(
      `insert into ${table} (${names.join(', ')}) values (${places.join(', ')})`,
      Object.values(row),
    );
  }

  for (const tenant of tenants) {
    const person = randomUUID();
    await db.auth((tx) =>
      tx.query('insert into auth_users (id, name, email) values ($1, $2, $3)', [
        person,
        'A person',
        `${person}@example.com`,
      ]),
    );
    planted.set(`auth_users/${tenant}`, { id: person });
    personOf.set(tenant, person);
    const waiting = new Set(tables);
    while (waiting.size > 0) {
      const ready = [...waiting].filter((table) =>
        keys.every((key) => key.table !== table || key.target === table || !waiting.has(key.target)),
      );
      if (ready.length === 0) throw new Error(`Foreign keys go in a circle: ${[...waiting].join(', ')}`);
      for (const table of ready) {
        const row = rowFor(table, tenant);
        await db.engine((tx) => insert(tx, table, row));
        planted.set(`${table}/${tenant}`, row);
        waiting.delete(table);
      }
    }
  }

  return {
    tenants,
    pairs: [tenants, [tenants[1], tenants[0]]],
    personOf,
    insertAnother: (tx, table, tenant) => insert(tx, table, rowFor(table, tenant)),
  };
}
