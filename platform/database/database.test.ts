import { inspect } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { openDatabase, type Database, type Tx } from './database.ts';

const tenantA = '01920000-0000-7000-8000-00000000000a';
const tenantB = '01920000-0000-7000-8000-00000000000b';

let test: TestDatabase;
/** One connection only, so that every transaction follows another on it. */
let db: Database;
const afterCommitErrors: Error[] = [];

beforeAll(async () => {
  test = await createTestDatabase({ max: 2 });
  db = openDatabase({ url: test.url, max: 1, onAfterCommitError: (error) => afterCommitErrors.push(error) });
});
afterAll(async () => {
  await db.close();
  await test.drop();
});
beforeEach(async () => {
  afterCommitErrors.length = 0;
  await test.db.engine((tx) => tx.query('delete from tenants'));
});

const insert = (tx: Tx, id: string) => tx.query("insert into tenants (id, name) values ($1, 'Acme')", [id]);
const kept = () =>
  test.db.engine(async (tx) =>
    (await tx.query<{ id: string }>('select id from tenants')).map((row) => row.id),
  );
const whoAmI = `select current_user::text as role, current_setting('app.tenant_id', true) as tenant`;

describe('a transaction', () => {
  it('is rolled back whole when its act throws, and the error comes out as it was', async () => {
    const failure = new Error('no');
    await expect(
      db.tenant(tenantA, async (tx) => {
        await insert(tx, tenantA);
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await kept()).toEqual([]);
  });

  it('gives the result of its act, through both ways to ask', async () => {
    const answer = await db.tenant(tenantA, async (tx) => {
      await insert(tx, tenantA);
      const rows = await tx.db.selectFrom('tenants').select(['id', 'version']).execute();
      const updated = await tx.db.updateTable('tenants').set({ version: 7 }).executeTakeFirst();
      return { rows, updated: updated.numUpdatedRows };
    });
    expect(answer).toEqual({ rows: [{ id: tenantA, version: 1 }], updated: 1n });
  });

  it('is an error when a failed statement was swallowed, since nothing of it was committed', async () => {
    let told = false;
    await expect(
      db.tenant(tenantA, async (tx) => {
        tx.afterCommit(() => (told = true));
        await insert(tx, tenantA);
        await tx.query('select 1 / 0').catch(() => {});
      }),
    ).rejects.toThrow(/Rolled back/);
    expect([told, await kept()]).toEqual([false, []]);
  });

  it('refuses statements once it has ended, so that they cannot run in the next one on its connection', async () => {
    let leaked: Tx | undefined;
    await db.tenant(tenantA, async (tx) => void (leaked = tx));
    await db.tenant(tenantB, async (tx) => {
      const tardy = leaked!;
      await expect(tardy.query(whoAmI)).rejects.toThrow(/has ended/);
      await expect(tardy.db.selectFrom('tenants').selectAll().execute()).rejects.toThrow(/has ended/);
      await expect(insert(tx, tenantB)).resolves.toEqual([]);
    });
  });

  it('refuses another one inside it instead of waiting for a connection that it holds itself', async () => {
    await expect(db.tenant(tenantA, () => db.engine(async () => {}))).rejects.toThrow(/pass its tx on/);
    // The refusal took nothing with it.
    await expect(db.engine(async (tx) => await tx.query('select 1 as one'))).resolves.toEqual([{ one: 1 }]);
  });

  it('may be followed by others that were begun from within it', async () => {
    let gate = () => {};
    const opened = new Promise<void>((resolve) => (gate = resolve));
    let later: Promise<unknown> | undefined;
    await db.tenant(tenantA, async () => {
      later = opened.then(() => db.engine((tx) => tx.query('select 1 as one')));
    });
    gate();
    await expect(later).resolves.toEqual([{ one: 1 }]);
  });
});

describe('afterCommit', () => {
  it('runs in order, after the commit is there for everybody', async () => {
    const seen: unknown[] = [];
    let look: Promise<string[]> | undefined;
    await db.tenant(tenantA, async (tx) => {
      tx.afterCommit(() => seen.push('first'));
      tx.afterCommit(() => {
        seen.push('second');
        look = kept();
      });
      await insert(tx, tenantA);
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual(['first', 'second']);
    expect(await look).toEqual([tenantA]);
  });

  it('never runs after a rollback', async () => {
    let ran = false;
    await db
      .tenant(tenantA, async (tx) => {
        tx.afterCommit(() => (ran = true));
        throw new Error('no');
      })
      .catch(() => {});
    expect(ran).toBe(false);
  });

  it('never runs when the commit itself fails', async () => {
    let ran = false;
    await db.engine((tx) =>
      tx.query(
        'create temporary table late (id int primary key, other int references late deferrable initially deferred)',
      ),
    );
    await expect(
      db.engine(async (tx) => {
        tx.afterCommit(() => (ran = true));
        await tx.query('insert into late values (1, 2)');
      }),
    ).rejects.toThrow(/foreign key/);
    expect(ran).toBe(false);
  });

  it('that throws neither hides the result nor undoes the commit nor stops the next', async () => {
    let next = false;
    const result = await db.tenant(tenantA, async (tx) => {
      await insert(tx, tenantA);
      tx.afterCommit(() => {
        throw new Error('a listener failed');
      });
      tx.afterCommit(() => (next = true));
      return 'done';
    });
    expect([result, next, await kept()]).toEqual(['done', true, [tenantA]]);
    expect(afterCommitErrors.map((error) => error.message)).toEqual(['a listener failed']);
  });
});

describe('a connection', () => {
  const pidOf = async (tx: Tx) => (await tx.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]!.pid;
  const end = async (pid: number) => {
    // As the login: the roles of the application may not end sessions.
    const login = new pg.Client({ connectionString: test.url });
    await login.connect();
    const ended = await login.query('select pg_terminate_backend($1, 10000) as gone', [pid]);
    await login.end();
    expect(ended.rows).toEqual([{ gone: true }]);
  };

  it('that broke in a transaction is an error there, ends nothing else and is not used again', async () => {
    let first = 0;
    await expect(
      db.tenant(tenantA, async (tx) => {
        first = await pidOf(tx);
        await insert(tx, tenantA);
        await end(first);
        await insert(tx, tenantB);
      }),
    ).rejects.toThrow(/terminat|not queryable/);
    expect(await db.engine(pidOf)).not.toBe(first);
    expect(await kept()).toEqual([]);
  });

  it('that broke just before the commit makes the whole an error', async () => {
    let ran = false;
    await expect(
      db.tenant(tenantA, async (tx) => {
        tx.afterCommit(() => (ran = true));
        await insert(tx, tenantA);
        await end(await pidOf(tx));
      }),
    ).rejects.toThrow(/terminat|not queryable/);
    expect([ran, await kept()]).toEqual([false, []]);
  });

  it('that broke while a library had it from the pool ends neither the process nor the pool', async () => {
    const pool = db.poolAs('engine', 1);
    const client = await pool.connect();
    const pid = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
    await end(pid);
    await expect(client.query('select 1')).rejects.toThrow(/terminat|not queryable/);
    client.release(true);
    expect((await pool.query(whoAmI)).rows).toEqual([{ role: 'mortise_engine', tenant: null }]);
    await pool.end();
  });

  it('keeps neither tenant nor role for whoever uses it next', async () => {
    expect(await db.tenant(tenantA, (tx) => tx.query(whoAmI))).toEqual([
      { role: 'mortise_app', tenant: tenantA },
    ]);
    expect((await db.pool.query(whoAmI)).rows).toEqual([{ role: 'mortise_app', tenant: '' }]);
    expect(await db.engine((tx) => tx.query(whoAmI))).toEqual([{ role: 'mortise_engine', tenant: '' }]);
    expect((await db.pool.query(whoAmI)).rows).toEqual([{ role: 'mortise_app', tenant: '' }]);
    expect(await db.auth((tx) => tx.query(whoAmI))).toEqual([{ role: 'mortise_auth', tenant: '' }]);
    await db
      .engine(async () => {
        throw new Error('no');
      })
      .catch(() => {});
    expect((await db.pool.query(whoAmI)).rows).toEqual([{ role: 'mortise_app', tenant: '' }]);
    expect(await db.tenant(tenantB, (tx) => tx.query(whoAmI))).toEqual([
      { role: 'mortise_app', tenant: tenantB },
    ]);
  });

  it('plans a named statement anew when the role or the tenant has changed', async () => {
    await db.tenant(tenantA, (tx) => insert(tx, tenantA));
    await db.tenant(tenantB, (tx) => insert(tx, tenantB));
    const named = async (tx: Tx) =>
      (await tx.query<{ id: string }>('select id from tenants order by id', [], 'test.all')).map(
        (row) => row.id,
      );
    for (let round = 0; round < 7; round++) {
      expect(await db.tenant(tenantA, named)).toEqual([tenantA]);
      expect(await db.engine(named)).toEqual([tenantA, tenantB]);
      expect(await db.tenant(tenantB, named)).toEqual([tenantB]);
    }
    await expect(db.auth(named)).rejects.toThrow(/permission denied/);
  });
});

describe('a tenant', () => {
  it.each([
    ["' , true); drop table tenants; --"],
    [`${tenantA}'; reset role; --`],
    [`${tenantA}\n`],
    [tenantA.toUpperCase()],
    ['ten_01jd0000000000000000000000'],
    [''],
  ])('cannot be named by %j', (id) => {
    expect(() => db.tenant(id, async () => {})).toThrow(TypeError);
  });
});

it('numbers of 64 bits are read as numbers and moments as dates', async () => {
  const [row] = await db.engine((tx) =>
    tx.query(`select 7::bigint as n, '2026-01-01T00:00:00Z'::timestamptz as at`),
  );
  expect(row).toEqual({ n: 7, at: new Date('2026-01-01T00:00:00Z') });
});

it('the password of the URL is not in what the database prints of itself when it fails', async () => {
  const url = new URL(test.url);
  url.password = 'correct-horse';
  url.pathname = '/mortise_test_not_there';
  const nowhere = openDatabase({ url: url.href, max: 1 });
  const error: unknown = await nowhere.engine(async () => {}).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 9 })).not.toContain('correct-horse');
  await nowhere.close();
});
