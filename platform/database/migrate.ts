import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

/** A migration that cannot be applied, or one whose text has changed since it was. */
export class MigrationError extends Error {
  readonly code: 'MIGRATION_CHANGED' | 'MIGRATION_FAILED' | 'MIGRATION_FROM_LATER_VERSION';
  constructor(code: MigrationError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MigrationError';
    this.code = code;
  }
}

const ownFolder = new URL('./migrations/', import.meta.url);
/** Any constant will do, as long as every process takes the same lock. */
const migrationLock = 4_177_015;

interface Migration {
  version: number;
  name: string;
  sql: string;
  sha256: string;
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file)).toSorted();
  return Promise.all(
    files.map(async (file): Promise<Migration> => {
      const sql = await readFile(new URL(file, folder), 'utf8');
      return {
        version: Number(file.slice(0, 4)),
        name: file.slice(5, -4),
        sql,
        sha256: createHash('sha256').update(sql).digest('hex'),
      };
    }),
  );
}

/**
 * Brings the database to this version's schema: roles first, then every numbered migration not yet applied, each
 * in a transaction of its own. Many processes may call it at once; one works and the others wait.
 *
 * The login needs no superuser: CREATEROLE and a database it owns are enough, or, where the roles are there
 * already, membership in them.
 *
 * @param options.folder where the migrations lie, with a slash at its end; Mortise's own when left out
 * @returns the names applied now, empty when there was nothing to do
 * @throws MigrationError when an applied migration differs from its file, when one fails (none of it stays), or
 *   when the database belongs to a later version
 */
export async function migrate(url: string, options: { folder?: URL } = {}): Promise<string[]> {
  const migrations = await readMigrations(options.folder ?? ownFolder);
  const client = new pg.Client({ connectionString: url, application_name: 'mortise migrate' });
  // A server that goes away fails the query under way; the event that comes with it must not end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    const known = await client.query<{ there: boolean }>(
      "select to_regclass('mortise.migrations') is not null as there",
    );
    if (known.rows[0]?.there !== true) await bootstrap(client);
    await client.query('set role mortise_owner; set search_path = mortise');
    const applied = await client.query<{ version: number; name: string; sha256: string }>(
      'select version, name, sha256 from migrations order by version',
    );
    for (const row of applied.rows) {
      const file = migrations.find((migration) => migration.version === row.version);
      if (file === undefined) {
        throw new MigrationError(
          'MIGRATION_FROM_LATER_VERSION',
          `The database has migration ${row.version} (${row.name}), which this version does not know: start the version that made it, or a later one`,
        );
      }
      if (file.sha256 !== row.sha256) {
        throw new MigrationError(
          'MIGRATION_CHANGED',
          `Migration ${row.version} (${row.name}) was changed after it was applied: restore the file and put the change into a new migration`,
        );
      }
    }
    const done = new Set(applied.rows.map((row) => row.version));
    const names: string[] = [];
    for (const migration of migrations) {
      if (done.has(migration.version)) continue;
      await apply(client, migration);
      names.push(migration.name);
    }
    return names;
  } finally {
    // Ending the session releases the lock too.
    await client.end();
  }
}

async function bootstrap(client: pg.Client): Promise<void> {
  try {
    await client.query(await readFile(new URL('./bootstrap.sql', import.meta.url), 'utf8'));
  } catch (error) {
    throw new MigrationError(
      'MIGRATION_FAILED',
      `The roles and the schema could not be made (${asReason(error)}): the login needs CREATEROLE and to own the database, or, where the roles mortise_owner, mortise_app, mortise_engine and mortise_auth are there already, to be a member of them`,
      error,
    );
  }
}

const asReason = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into migrations (version, name, sha256) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.sha256,
    ]);
    await client.query('commit');
  } catch (error) {
    // Fails only where the connection is gone, and the transaction with it.
    await client.query('rollback').catch(() => {});
    throw new MigrationError(
      'MIGRATION_FAILED',
      `Migration ${migration.version} (${migration.name}) failed and was taken back whole: ${asReason(error)}`,
      error,
    );
  }
}
