// `npm run schema [-- <postgresql URL of an empty database>]`: writes the schema snapshot and the row types. Without a
// URL it migrates a throw-away PostgreSQL of its own.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbedded } from '@mortise/platform/database/embedded';
import { migrate } from '@mortise/platform/database/migrate.ts';
import { snapshot } from '@mortise/platform/database/snapshot.ts';

async function writeSchema(url: string): Promise<void> {
  const applied = await migrate(url);
  if (applied.length === 0)
    throw new Error('That database was migrated before: give an empty one, so that nothing old is in it');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { sql, types } = await snapshot(client);
  await client.end();
  await writeFile(new URL('../platform/database/schema.sql', import.meta.url), sql);
  await writeFile(new URL('../platform/database/tables.ts', import.meta.url), types);
}

const given = process.argv[2];
if (given !== undefined) await writeSchema(given);
else {
  const folder = await mkdtemp(path.join(tmpdir(), 'mortise-schema-'));
  // PostgreSQL refuses to run as root, and as another account it has to pass through the folder.
  await chmod(folder, 0o711);
  const database = await startEmbedded({ dataDir: path.join(folder, 'postgres') });
  try {
    await writeSchema(database.url);
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
