import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate, openDatabase, type Database } from '@mortise/platform/database';

const schemaFolder = new URL('../../platform/database/', import.meta.url);
/** Any constant will do: it keeps two test files from making the template at once. */
const templateLock = 9_120_441;

const named = (url: string, database: string) => {
  const result = new URL(url);
  result.pathname = `/${database}`;
  return result.href;
};

async function withServer<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

/**
 * The template's name depends on what makes the schema: a server that outlives the run may hold the template of
 * another state of the tree, which must neither be used nor taken away from a run that needs it.
 */
async function templateName(): Promise<string> {
  const files = ['bootstrap.sql'];
  for (const file of await readdir(new URL('migrations/', schemaFolder))) {
    if (file.endsWith('.sql')) files.push(`migrations/${file}`);
  }
  const digest = createHash('sha256');
  for (const file of files.toSorted())
    digest.update(file).update(await readFile(new URL(file, schemaFolder)));
  return `mortise_template_${digest.digest('hex').slice(0, 12)}`;
}

/** Migrates once a run of the whole suite; each test file then gets a copy, which takes some 30 ms. */
async function ensureTemplate(url: string): Promise<string> {
  const template = await templateName();
  await withServer(url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock]);
    const there = await client.query('select from pg_database where datname = $1 and datistemplate', [
      template,
    ]);
    if (there.rowCount === 1) return;
    await client.query(`drop database if exists ${template}`);
    await client.query(`create database ${template}`);
    await migrate(named(url, template));
    await client.query(`alter database ${template} is_template true`);
  });
  return template;
}

export interface TestDatabase {
  url: string;
  db: Database;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/**
 * A migrated, empty database of its own on the server of this test run.
 *
 * @param options.bare leaves the migrations out, for tests of the migrations themselves
 */
export async function createTestDatabase(
  options: { max?: number; bare?: boolean } = {},
): Promise<TestDatabase> {
  const server = inject('databaseUrl');
  const from = options.bare === true ? '' : ` template ${await ensureTemplate(server)}`;
  const name = `mortise_test_${randomBytes(6).toString('hex')}`;
  await withServer(server, (client) => client.query(`create database ${name}${from}`));
  const url = named(server, name);
  const db = openDatabase({ url, ...(options.max === undefined ? {} : { max: options.max }) });
  return {
    url,
    db,
    async drop() {
      await db.close();
      await withServer(server, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}
