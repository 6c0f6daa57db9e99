import type { Tx } from '@mortise/platform/database';
import { headOf } from './envelope.ts';

/** A column that holds sealed values. The room that seals into it states it; the composition hands over all. */
export interface SealedPlace {
  /** The table, which is also what the vault knows the place by. It has a tenant_id. */
  table: string;
  /** The column that, with tenant_id, names the row. */
  rowColumn: string;
  /** How the row is written in its place: as it is, or bytes as hex. */
  rowType: 'uuid' | 'text' | 'hex';
  /** The sealed column, which is also the field of the place. */
  field: string;
}

export interface SealedRow {
  row: string;
  sealed: Buffer;
}

const named = (name: string) => {
  if (!/^[a-z][a-z_]*$/.test(name)) throw new TypeError(`${name} is not the name of a table or column`);
  return `"${name}"`;
};

function sqlOf({ table, rowColumn, rowType, field }: SealedPlace) {
  const column = named(rowColumn);
  return {
    table: named(table),
    column,
    field: named(field),
    row: rowType === 'hex' ? `encode(${column}, 'hex')` : `${column}::text`,
    toColumn: (text: string) => (rowType === 'hex' ? `decode(${text}, 'hex')` : `${text}::${rowType}`),
    // What is in another format than today's counts as stale too, so that it is seen and not passed over.
    stale: `${named(field)} is not null and substring(${named(field)} from 1 for 17) <> $2`,
  };
}

/** How many values of a tenant are sealed under another key than the given one, place by place. */
export async function countStale(
  tx: Tx,
  places: readonly SealedPlace[],
  tenantId: string,
  keyId: string,
): Promise<{ place: SealedPlace; count: number }[]> {
  if (places.length === 0) return [];
  const parts = places.map((place, index) => {
    const { table, stale } = sqlOf(place);
    return `select ${index} as index, count(*) as count from ${table} where tenant_id = $1 and ${stale}`;
  });
  const rows = await tx.query<{ index: number; count: number }>(`${parts.join(' union all ')} order by 1`, [
    tenantId,
    headOf(keyId),
  ]);
  return rows.flatMap(({ index, count }) => {
    const place = places[index];
    return place === undefined ? [] : [{ place, count }];
  });
}

/**
 * Locks the next rows of one place that are sealed under another key than the given one, in the order of their ids.
 *
 * @param page.after the row to go on behind; undefined begins
 * @param page.wait whether a row that someone else holds is waited for; else it is passed over. Wait for one at a
 *   time: whoever waits while holding others can meet someone who does the same the other way round
 */
export function lockStale(
  tx: Tx,
  place: SealedPlace,
  tenantId: string,
  keyId: string,
  page: { after: string | undefined; limit: number; wait: boolean },
): Promise<SealedRow[]> {
  const { table, column, field, row, toColumn, stale } = sqlOf(place);
  const behind = page.after === undefined ? '' : `and ${column} > ${toColumn('$4')}`;
  return tx.query<SealedRow>(
    `select ${row} as row, ${field} as sealed from ${table} where tenant_id = $1 and ${stale} ${behind}
      order by ${column} limit $3 for no key update${page.wait ? '' : ' skip locked'}`,
    [tenantId, headOf(keyId), page.limit, ...(page.after === undefined ? [] : [page.after])],
  );
}

/** Puts new values where the old ones still stand. @returns how many were put */
export async function swapSealed(
  tx: Tx,
  place: SealedPlace,
  tenantId: string,
  swaps: readonly { row: string; old: Buffer; next: Buffer }[],
): Promise<number> {
  if (swaps.length === 0) return 0;
  const { table, column, field, toColumn } = sqlOf(place);
  // For a planner without statistics: `any` takes the rows by their key, where it would read all of the tenant's, and
  // `is not distinct from` is no join condition, where it would join by the sealed bytes.
  const rows = await tx.query(
    `update ${table} as t set ${field} = s.next
       from unnest($2::text[], $3::bytea[], $4::bytea[]) as s (row, old, next)
      where t.tenant_id = $1 and t.${column} = any (array(select ${toColumn('r')} from unnest($2::text[]) r))
        and t.${column} = ${toColumn('s.row')} and t.${field} is not distinct from s.old
      returning 1`,
    [tenantId, swaps.map((s) => s.row), swaps.map((s) => s.old), swaps.map((s) => s.next)],
  );
  return rows.length;
}

/**
 * Where a tenant still has a value that names a key: in any column of bytes of any table with a tenant, stated as a
 * sealed place or not, since a key that is removed too early cannot be had back. Bodies of receipts are left out: they
 * are what strangers sent, and may begin with anything.
 *
 * @returns `table.column` of one such place; undefined when there is none
 */
export async function findNaming(tx: Tx, tenantId: string, keyId: string): Promise<string | undefined> {
  const columns = await tx.query<{ table: string; column: string }>(
    `select c.relname as table, a.attname as column
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.atttypid = 'bytea'::regtype and not a.attisdropped
      where c.relnamespace = 'mortise'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname <> 'vault_keys' and (c.relname, a.attname) <> ('receipts', 'body')
        and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id')
      order by 1, 2`,
  );
  for (const { table, column } of columns) {
    const rows = await tx.query(
      `select from ${named(table)} where tenant_id = $1 and substring(${named(column)} from 1 for 17) = $2 limit 1`,
      [tenantId, headOf(keyId)],
    );
    if (rows.length > 0) return `${table}.${column}`;
  }
  return undefined;
}
