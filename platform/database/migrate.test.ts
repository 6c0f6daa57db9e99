import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { migrate, MigrationError } from './migrate.ts';
import { openDatabase } from './database.ts';
import { snapshot } from './snapshot.ts';

let test: TestDatabase;
let directory: string;
let folder: URL;

beforeEach(async () => {
  test = await createTestDatabase({ bare: true });
  directory = await mkdtemp(path.join(tmpdir(), 'mortise-migrations-'));
  await cp(new URL('./migrations/', import.meta.url), directory, { recursive: true });
  folder = pathToFileURL(`${directory}/`);
});
afterEach(async () => {
  await test.drop();
  await rm(directory, { recursive: true });
});

async function asLogin<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
const ask = async (sql: string, url = test.url) =>
  (await asLogin(url, (client) => client.query(sql))).rows as unknown[];
const codeOf = (error: unknown) => (error instanceof MigrationError ? error.code : error);
const next = '9001_next.sql';

it('a bare database is brought up whole, and a second time there is nothing to do', async () => {
  const names = await migrate(test.url);
  expect(names[0]).toBe('floor');
  expect(await migrate(test.url)).toEqual([]);
  expect(await ask('select name from mortise.migrations order by version')).toEqual(
    names.map((name) => ({ name })),
  );
});

it('of several processes that migrate one database at once, each migration is applied by one', async () => {
  const results = await Promise.all([migrate(test.url), migrate(test.url), migrate(test.url)]);
  expect(results.filter((names) => names.length > 0)).toHaveLength(1);
});

it('several databases of one server can be brought up at once, though they share their roles', async () => {
  const others = await Promise.all([1, 2, 3].map(() => createTestDatabase({ bare: true })));
  await Promise.all([test, ...others].map((each) => migrate(each.url)));
  for (const other of others) {
    expect(await ask('select count(*) > 3 as whole from mortise.migrations', other.url)).toEqual([
      { whole: true },
    ]);
    await other.drop();
  }
});

it('a migration whose file has changed since it was applied is refused, and nothing is applied', async () => {
  await migrate(test.url, { folder });
  await writeFile(path.join(directory, '0001_floor.sql'), '-- changed\n', { flag: 'a' });
  await writeFile(path.join(directory, next), 'create table next (id int);');
  await expect(migrate(test.url, { folder }).catch(codeOf)).resolves.toBe('MIGRATION_CHANGED');
  expect(await ask("select to_regclass('mortise.next') as there")).toEqual([{ there: null }]);
});

it('one that fails is taken back whole, what came before it stays, and mended it is applied', async () => {
  await writeFile(
    path.join(directory, next),
    'create table next (id int);\nselect 1 / 0;\ncreate table after (id int);',
  );
  const error: unknown = await migrate(test.url, { folder }).catch((thrown: unknown) => thrown);
  expect(codeOf(error)).toBe('MIGRATION_FAILED');
  expect(String(error)).toMatch(/9001 \(next\).*division by zero/);
  expect(
    await ask(
      "select to_regclass('mortise.next') as a, to_regclass('mortise.tenants') is not null as b, max(version) < 9001 as c from mortise.migrations",
    ),
  ).toEqual([{ a: null, b: true, c: true }]);
  await writeFile(path.join(directory, next), 'create table next (id int);');
  expect(await migrate(test.url, { folder })).toEqual(['next']);
  expect(await ask("select tableowner from pg_tables where tablename = 'next'")).toEqual([
    { tableowner: 'mortise_owner' },
  ]);
});

it('a database of a later version is refused', async () => {
  await writeFile(path.join(directory, next), 'create table next (id int);');
  await migrate(test.url, { folder });
  await rm(path.join(directory, next));
  await expect(migrate(test.url, { folder }).catch(codeOf)).resolves.toBe('MIGRATION_FROM_LATER_VERSION');
});

describe('a login that is no superuser', () => {
  /** A login with the given rights, and the URL with which it opens the database of this test. */
  async function createLogin(rights: string): Promise<{ name: string; url: string }> {
    const name = `mortise_test_login_${randomBytes(4).toString('hex')}`;
    const password = randomBytes(12).toString('hex');
    await ask(`create role ${name} login ${rights} password '${password}'`);
    onTestFinished(() =>
      asLogin(inject('databaseUrl'), async (client) => {
        const owned = await client.query<{ datname: string }>(
          'select datname from pg_database where datdba = $1::regrole',
          [name],
        );
        for (const { datname } of owned.rows) await client.query(`drop database ${datname} with (force)`);
        await client.query(`drop role ${name}`);
      }),
    );
    const url = new URL(test.url);
    url.username = name;
    url.password = password;
    await ask(`alter database ${url.pathname.slice(1)} owner to ${name}`);
    return { name, url: url.href };
  }
  const roles = ['mortise_owner', 'mortise_app', 'mortise_engine', 'mortise_auth'];

  it.each(['inherit', 'noinherit'])(
    'can migrate and work when it may become the roles (%s)',
    async (inherit) => {
      const other = await createTestDatabase({ bare: true });
      await migrate(other.url); // so that the roles are there
      await other.drop();
      const { name, url } = await createLogin(inherit);
      await ask(`grant ${roles.join(', ')} to ${name}`);
      await migrate(url);
      const db = openDatabase({ url, max: 1 });
      expect(await db.engine((tx) => tx.query('select current_user::text as role'))).toEqual([
        { role: 'mortise_engine' },
      ]);
      expect(
        await db.tenant('01920000-0000-7000-8000-00000000000a', (tx) => tx.query('select from tenants')),
      ).toEqual([]);
      await db.close();
    },
  );

  it('can become a role it has made itself, which from PostgreSQL 16 on takes a grant to itself', async () => {
    const { name, url } = await createLogin('createrole');
    const bootstrap = await readFile(new URL('./bootstrap.sql', import.meta.url), 'utf8');
    // The roles of the server belong to every test that runs beside this one, so here they get names of their own.
    const prefix = `${name}_r`;
    const own = bootstrap.replaceAll(/mortise_(owner|app|engine|auth)/g, `${prefix}_$1`);
    onTestFinished(() =>
      asLogin(inject('databaseUrl'), async (client) => {
        const owner = `${prefix}_owner`;
        await client.query(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
        for (const role of [owner, `${prefix}_app`, `${prefix}_engine`, `${prefix}_auth`])
          await client.query(`drop role ${role}`);
      }),
    );
    await asLogin(url, async (client) => {
      await client.query(own);
      await client.query(`begin; set local role ${prefix}_app; commit`);
      await client.query(`set role ${prefix}_owner; create table mortise.mine (id int)`);
      const made = await client.query('select tableowner as owner from pg_tables where tablename = $1', [
        'mine',
      ]);
      expect(made.rows).toEqual([{ owner: `${prefix}_owner` }]);
    });
  });

  it('that may not become the roles is told what it needs', async () => {
    const other = await createTestDatabase({ bare: true });
    await migrate(other.url);
    await other.drop();
    const { url } = await createLogin('');
    const error: unknown = await migrate(url).catch((thrown: unknown) => thrown);
    expect([codeOf(error), String(error)]).toEqual([
      'MIGRATION_FAILED',
      expect.stringMatching(/needs CREATEROLE/),
    ]);
    expect(await ask("select to_regnamespace('mortise') as there")).toEqual([{ there: null }]);
  });
});

it('the snapshot in git is the schema that the migrations make, whatever the server’s version', async () => {
  await migrate(test.url);
  const { sql, types } = await asLogin(test.url, snapshot);
  expect(sql).toBe(await readFile(new URL('./schema.sql', import.meta.url), 'utf8'));
  expect(types).toBe(await readFile(new URL('./tables.ts', import.meta.url), 'utf8'));
});
