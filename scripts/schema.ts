// `npm run schema -- <postgresql URL of an empty database>`: writes the schema snapshot and the row types.
import { writeFile } from 'node:fs/promises';
import pg from 'pg';
import { migrate } from '@mortise/platform/database/migrate.ts';
import { snapshot } from '@mortise/platform/database/snapshot.ts';

const url = process.argv[2];
if (url === undefined) throw new Error('Give the URL of an empty database to migrate and read');
const applied = await migrate(url);
if (applied.length === 0)
  throw new Error('That database was migrated before: give an empty one, so that nothing old is in it');
const client = new pg.Client({ connectionString: url });
await client.connect();
const { sql, types } = await snapshot(client);
await client.end();
await writeFile(new URL('../platform/database/schema.sql', import.meta.url), sql);
await writeFile(new URL('../platform/database/tables.ts', import.meta.url), types);
