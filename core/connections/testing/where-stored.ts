import pg from 'pg';

/**
 * The columns of the whole database, of every schema and of whatever tenant, in which one of the texts stands: as it is,
 * in hex as bytea shows it, or in base64. It reads behind the wall between tenants, or fails.
 *
 * @param sought.hex bytes as bytea shows them
 */
export async function whereStored(
  url: string,
  sought: { texts: readonly string[]; hex?: string },
): Promise<string[]> {
  const spellings = [
    ...sought.texts.flatMap((one) => {
      const bytes = Buffer.from(one);
      return [one, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')];
    }),
    ...(sought.hex === undefined ? [] : [sought.hex]),
  ];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set row_security = off');
    return await search(client, spellings);
  } finally {
    await client.end();
  }
}

async function search(client: pg.Client, spellings: readonly string[]): Promise<string[]> {
  const { rows: columns } = await client.query<{ relation: string; names: string[] }>(
    `select format('%I.%I', c.table_schema, c.table_name) as relation, array_agg(c.column_name::text) as names
       from information_schema.columns c
       join pg_class k on k.relname = c.table_name and k.relnamespace = c.table_schema::regnamespace
      where k.relkind in ('r', 'p') and not k.relispartition
        and c.table_schema not in ('pg_catalog', 'information_schema') and c.table_schema not like 'pg_toast%'
      group by 1`,
  );
  const found: string[] = [];
  for (const { relation, names } of columns) {
    const told = names
      .map((name, at) => `bool_or(position(s in t."${name}"::text) > 0) as c${at}`)
      .join(', ');
    const { rows } = await client.query<Record<string, boolean | null>>(
      `select ${told} from ${relation} t, unnest($1::text[]) s`,
      [spellings],
    );
    names.forEach((name, at) => rows[0]?.[`c${at}`] === true && found.push(`${relation}.${name}`));
  }
  return found;
}
