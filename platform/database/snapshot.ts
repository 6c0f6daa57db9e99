import type pg from 'pg';

/** The schema as text: SQL-like for reading in a diff, and the row types that stores are written against. */
export interface SchemaSnapshot {
  sql: string;
  types: string;
}

interface Column {
  relation: string;
  column: string;
  type: string;
  udt: string;
  required: boolean;
  default: string | null;
  generated: boolean;
}

const tsTypes: Record<string, string> = {
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  float8: 'number',
  text: 'string',
  uuid: 'string',
  bytea: 'Buffer',
  timestamptz: 'Timestamp',
  json: 'Json',
  jsonb: 'Json',
  _text: 'string[]',
  _uuid: 'string[]',
};

const columnsSql = `
  select c.relname as relation, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, t.typname as udt,
         a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as default, a.attgenerated <> '' as generated
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relnamespace = 'mortise'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   order by c.relname, a.attnum`;

/** Everything else worth seeing in a diff, one line each, in an order that the server's locale has no part in. */
const restSql = `
  select relation, line from (
  select 1 as rank, conrelid::regclass::text as relation,
         '  constraint ' || conname || ' ' || pg_get_constraintdef(oid) as line
    from pg_constraint where connamespace = 'mortise'::regnamespace and conparentid = 0 and contype <> 'n'
     and not exists (select from pg_class p where p.oid = conrelid and p.relispartition)
  union all
  select 2, indrelid::regclass::text, '  ' || regexp_replace(pg_get_indexdef(indexrelid), ' ON (ONLY )?\\S+', '')
    from pg_index join pg_class i on i.oid = indexrelid join pg_class t on t.oid = indrelid
   where i.relnamespace = 'mortise'::regnamespace and not t.relispartition
     and not exists (select from pg_constraint where conindid = indexrelid)
  union all
  select 3, (schemaname || '.' || tablename)::regclass::text,
         '  policy ' || policyname || ' for ' || lower(cmd) || ' to ' || array_to_string(roles, ', ')
         || coalesce(' using ' || qual, '') || coalesce(' check ' || with_check, '')
    from pg_policies where schemaname = 'mortise'
  union all
  select 4, c.oid::regclass::text,
         '  grant ' || string_agg(lower(privilege_type), ', ' order by privilege_type collate "C") || ' to ' || grantee::regrole
    from pg_class c cross join lateral aclexplode(c.relacl) g
   where c.relnamespace = 'mortise'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     and grantee <> c.relowner
   group by c.oid, grantee
  union all
  select 4, c.oid::regclass::text,
         '  grant ' || lower(privilege_type) || ' (' || string_agg(a.attname, ', ' order by a.attnum) || ') to ' || grantee::regrole
    from pg_class c join pg_attribute a on a.attrelid = c.oid cross join lateral aclexplode(a.attacl) g
   where c.relnamespace = 'mortise'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   group by c.oid, grantee, privilege_type
  union all
  select 5, oid::regclass::text, case when relforcerowsecurity then '  row level security, forced' else '  row level security' end
    from pg_class where relnamespace = 'mortise'::regnamespace and relkind in ('r', 'p') and relrowsecurity
  union all
  select 6, oid::regclass::text, '  partition by ' || pg_get_partkeydef(oid)
    from pg_class where relnamespace = 'mortise'::regnamespace and relkind = 'p'
  ) lines order by relation collate "C", rank, line collate "C"`;

const functionsSql = `
  select pg_get_functiondef(p.oid) as definition,
         (select string_agg(case g.grantee when 0 then 'public' else g.grantee::regrole::text end, ', '
                            order by g.grantee::regrole::text collate "C")
            from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g where g.grantee <> p.proowner) as callers
    from pg_proc p
   where p.pronamespace = 'mortise'::regnamespace order by p.proname, pg_get_function_identity_arguments(p.oid) collate "C"`;

/** Reads the catalogue of a migrated database. The result depends on the migrations alone, not on the server. */
export async function snapshot(client: pg.ClientBase): Promise<SchemaSnapshot> {
  await client.query('set search_path = mortise');
  const columns = (await client.query<Column>(columnsSql)).rows;
  const rest = (await client.query<{ relation: string; line: string }>(restSql)).rows;
  const functions = (await client.query<{ definition: string; callers: string | null }>(functionsSql)).rows;
  const relations = [...new Set(columns.map((column) => column.relation))];

  const tables = relations.map((relation) =>
    [
      `table ${relation}`,
      ...columns
        .filter((column) => column.relation === relation)
        .map(
          (column) =>
            `  ${column.column} ${column.type}${column.required ? ' not null' : ''}${column.default === null ? '' : ` default ${column.default}`}`,
        ),
      ...rest.filter((line) => line.relation === relation).map((line) => line.line),
    ].join('\n'),
  );
  const head =
    '-- The schema that the migrations make, read back from the catalogue. `npm run schema` writes it.\n';
  return {
    sql: `${head}\n${tables.join('\n\n')}\n\n${functions
      .map((row) => `-- may be called by ${row.callers ?? 'nobody'}\n${row.definition.trim()}`)
      .join('\n\n')}\n`,
    types: rowTypes(columns, relations),
  };
}

function rowTypes(columns: Column[], relations: string[]): string {
  const pascal = (name: string) =>
    name.replaceAll(/(^|_)([a-z])/g, (_, _start, letter: string) => letter.toUpperCase());
  const interfaces = relations.map((relation) => {
    const lines = columns
      .filter((column) => column.relation === relation)
      .map((column) => {
        const base = tsTypes[column.udt];
        if (base === undefined)
          throw new Error(`No row type is known for ${column.type} of ${relation}.${column.column}`);
        const type = column.required ? base : `${base} | null`;
        return `  ${column.column}: ${column.default === null ? type : `Generated<${type}>`};`;
      });
    return `export interface ${pascal(relation)}Row {\n${lines.join('\n')}\n}`;
  });
  return [
    '// Row types of the schema, read from the catalogue. `npm run schema` writes this file.',
    "import type { ColumnType, JSONColumnType } from 'kysely';",
    '',
    'type Generated<T> =',
    '  T extends ColumnType<infer S, infer I, infer U>',
    '    ? ColumnType<S, I | undefined, U>',
    '    : ColumnType<T, T | undefined, T>;',
    'type Timestamp = ColumnType<Date, Date | string, Date | string>;',
    'type Json = JSONColumnType<object>;',
    '',
    interfaces.join('\n\n'),
    '',
    'export interface Tables {',
    ...relations.map((relation) => `  ${relation}: ${pascal(relation)}Row;`),
    '}',
    '',
  ].join('\n');
}
