import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantRows, type Planted } from '../../tests/support/plant-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import type { Tx } from './database.ts';

/** Tables that requests may touch although no tenant owns their rows, each with the reason why that is safe. */
const sharedWithRequests: Record<string, string> = {
  auth_users: 'names of people, behind a policy of its own: those who are members of the tenant acted for',
  processes:
    'three columns, of processes and not of tenants: whether what one of them accepted is still under way',
  counting_marks: 'how far the counting job has come over all logs: an id, nobody’s data',
};
/** Tables in which requests and workers may add and read, and change nothing. */
const appendOnly = ['audit_entries', 'events', 'consent_entries', 'consent_texts', 'proxy_calls'];
/** Keys that are unique over all tenants, which could tell one tenant of another's values, and why they do not. */
const uniqueOverTenants: Record<string, string> = {
  tenants_external_id_key: 'set by the operator alone, who sees all tenants',
  invitations_token_hash_key: 'the digest of a random token: looked up before the tenant is known',
  oauth_states_state_hash_key: 'the digest of a random state: looked up before the tenant is known',
};
const verbs = ['select', 'insert', 'update', 'delete'] as const;

let test: TestDatabase;
let tables: { name: string; tenantColumn: string; enabled: boolean; forced: boolean; partitioned: boolean }[];
let planted: Planted;

const ask = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await test.db.pool.query<T>(sql, values)).rows;

beforeAll(async () => {
  test = await createTestDatabase({ max: 1 });
  await test.db.engine((tx) => tx.query('call ensure_partitions(current_date)'));
  tables = await ask(`
    select c.relname as name, case c.relname when 'tenants' then 'id' else 'tenant_id' end as "tenantColumn",
           c.relrowsecurity as enabled, c.relforcerowsecurity as forced, c.relkind = 'p' as partitioned
      from pg_class c
     where c.relnamespace = 'mortise'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and (c.relname = 'tenants' or exists (select from pg_attribute a
                                              where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
     order by 1`);
  planted = await plantRows(
    test.db,
    tables.map((table) => table.name),
  );
});
afterAll(() => test.drop());

/** That an act on a table is refused, and which table it was when it is not. */
async function expectRefusal(table: string, act: Promise<unknown>, reason: RegExp): Promise<void> {
  const outcome = await act.then(() => 'was let through', String);
  expect([table, outcome]).toEqual([table, expect.stringMatching(reason)]);
}

describe('the catalogue says that', () => {
  it('every table with a tenant is behind the wall, its owner too', () => {
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.filter((table) => !table.enabled || !table.forced)).toEqual([]);
  });

  it('each of them has a policy for each verb that requests may use, bound to the tenant acted for, and no other', async () => {
    const policies = await ask<{
      table: string;
      verb: string;
      roles: string[];
      using: string | null;
      check: string | null;
    }>(`
      select tablename as table, lower(cmd) as verb, roles::text[] as roles, qual as using, with_check as check
        from pg_policies where schemaname = 'mortise' and permissive = 'PERMISSIVE'`);
    for (const { name, tenantColumn } of tables) {
      const forRequests = policies.filter(
        (policy) =>
          policy.table === name && (policy.roles.includes('mortise_app') || policy.roles.includes('public')),
      );
      const wanted = appendOnly.includes(name) ? ['insert', 'select'] : verbs.toSorted();
      expect([name, forRequests.map((policy) => policy.verb).toSorted()]).toEqual([name, wanted]);
      const own = `(${tenantColumn} = ( SELECT current_tenant() AS current_tenant))`;
      for (const { verb, using, check } of forRequests) {
        const expected = { insert: [null, own], update: [own, own] }[verb] ?? [own, null];
        expect([name, verb, using, check].map((text) => text?.replaceAll('mortise.', ''))).toEqual(
          [name, verb, ...expected].map((text) => text ?? undefined),
        );
      }
    }
  });

  it('requests can touch nothing that is not behind the wall, but for a list with reasons', async () => {
    const open = await ask<{ name: string }>(`
      select c.relname as name from pg_class c
       where c.relkind in ('r', 'p', 'v', 'm', 'f')
         and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
         and (has_table_privilege('mortise_app', c.oid, 'select, insert, update, delete, truncate')
              or has_any_column_privilege('mortise_app', c.oid, 'select, insert, update, references'))
       order by 1`);
    const walled = tables.map((table) => table.name);
    expect(open.map((table) => table.name).filter((name) => !walled.includes(name))).toEqual(
      Object.keys(sharedWithRequests).toSorted(),
    );
    for (const name of Object.keys(sharedWithRequests)) {
      const writable = await ask(
        `select from pg_class where oid = $1::regclass
          and (has_table_privilege('mortise_app', oid, 'insert, update, delete')
               or has_any_column_privilege('mortise_app', oid, 'insert, update'))`,
        [`mortise.${name}`],
      );
      expect([name, writable]).toEqual([name, []]);
    }
  });

  it('nobody can truncate, and partitions can be reached through their table only', async () => {
    const grants = await ask(`
      select c.relname, r.rolname from pg_class c cross join (values ('mortise_app'), ('mortise_engine'), ('mortise_auth'), ('public')) r (rolname)
       where c.relnamespace = 'mortise'::regnamespace and c.relkind in ('r', 'p')
         and (has_table_privilege(r.rolname, c.oid, 'truncate')
              or c.relispartition and has_table_privilege(r.rolname, c.oid, 'select, insert, update, delete'))`);
    expect(grants).toEqual([]);
    const partitions = await ask<{ n: number }>(
      `select count(*) as n from pg_class where relnamespace = 'mortise'::regnamespace and relkind = 'r' and relispartition`,
    );
    // The default one and today's, of each.
    expect(partitions).toEqual([{ n: 2 * tables.filter((table) => table.partitioned).length }]);
  });

  it('no role may pass the wall, and none may become another', async () => {
    expect(
      await ask(`
        select rolname from pg_roles where rolname in ('mortise_owner', 'mortise_app', 'mortise_engine', 'mortise_auth')
           and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin or rolinherit)`),
    ).toEqual([]);
    expect(
      await ask(`
        select r.rolname as role, m.rolname as member from pg_auth_members a
          join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
         where m.rolname in ('mortise_owner', 'mortise_app', 'mortise_engine', 'mortise_auth')`),
    ).toEqual([]);
  });

  it('functions that act as their owner pin where names are looked up, and not everybody may call them', async () => {
    const definers = await ask<{ name: string; config: string[] | null; public: boolean }>(`
      select p.proname as name, p.proconfig as config, has_function_privilege('public', p.oid, 'execute') as public
        from pg_proc p where p.pronamespace = 'mortise'::regnamespace and p.prosecdef order by 1`);
    expect(definers.length).toBeGreaterThan(3);
    for (const { name, config, public: everybody } of definers) {
      expect([name, config?.includes('search_path=mortise, pg_temp'), everybody]).toEqual([
        name,
        true,
        false,
      ]);
    }
  });

  it('a foreign key between two tables with tenants holds the tenant too', async () => {
    const keys = await ask<{ name: string; own: string[]; other: string[]; target: string }>(`
      select k.conrelid::regclass || '.' || k.conname as name, t.relname as target,
             array(select attname::text from unnest(k.conkey) with ordinality x (n, i)
                     join pg_attribute on attrelid = k.conrelid and attnum = n order by i) as own,
             array(select attname::text from unnest(k.confkey) with ordinality x (n, i)
                     join pg_attribute on attrelid = k.confrelid and attnum = n order by i) as other
        from pg_constraint k join pg_class t on t.oid = k.confrelid
       where k.contype = 'f' and k.connamespace = 'mortise'::regnamespace and k.conrelid::regclass::text not like 'auth\\_%'`);
    const names = new Set(tables.map((table) => table.name));
    const between = keys.filter((key) => names.has(key.target));
    expect(between.length).toBeGreaterThan(5);
    for (const key of between) {
      const place = key.own.indexOf('tenant_id');
      expect([key.name, key.other[place]]).toEqual([key.name, key.target === 'tenants' ? 'id' : 'tenant_id']);
    }
  });

  it('what is unique is so within a tenant, but for a list with reasons', async () => {
    const indexes = await ask<{ name: string; table: string; columns: string[] }>(`
      select i.relname as name, t.relname as table,
             array(select attname::text from pg_attribute where attrelid = t.oid and attnum = any(x.indkey::int2[])) as columns
        from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
       where x.indisunique and t.relnamespace = 'mortise'::regnamespace and not t.relispartition order by 1`);
    const columnOf = new Map(tables.map((table) => [table.name, table.tenantColumn]));
    const over = indexes.filter(
      ({ table, columns }) => columnOf.has(table) && !columns.includes(columnOf.get(table)!),
    );
    expect(over.map((index) => index.name)).toEqual(Object.keys(uniqueOverTenants).toSorted());
  });
});

describe('two tenants by turns on one connection', () => {
  const refused = /row-level security|permission denied/;
  const count = async (tx: Tx, sql: string, values: unknown[] = []) =>
    (await tx.query(`${sql} returning 1`, values)).length;

  it('each see their own rows and not the other’s', async () => {
    for (const { name, tenantColumn } of tables) {
      for (const tenant of planted.tenants) {
        const rows = await test.db.tenant(tenant, (tx) =>
          tx.query<{ owner: string }>(`select ${tenantColumn} as owner from ${name}`),
        );
        expect([name, rows.map((row) => row.owner)]).toEqual([name, [tenant]]);
      }
    }
  });

  it('cannot change what is the other’s, by its key or all at once, nor their own where it is append-only', async () => {
    for (const { name, tenantColumn } of tables) {
      for (const [tenant, other] of planted.pairs) {
        const change = (where: string, values: unknown[]) =>
          test.db.tenant(tenant, (tx) =>
            count(tx, `update ${name} set ${tenantColumn} = ${tenantColumn} ${where}`, values),
          );
        if (appendOnly.includes(name)) {
          await expectRefusal(name, change('', []), /permission denied/);
          continue;
        }
        expect([name, await change(`where ${tenantColumn} = $1`, [other])]).toEqual([name, 0]);
        expect([name, await change('', [])]).toEqual([name, 1]);
      }
    }
  });

  it('cannot give a row of theirs to the other', async () => {
    for (const { name, tenantColumn } of tables) {
      for (const [tenant, other] of planted.pairs) {
        const give = test.db.tenant(tenant, (tx) =>
          tx.query(`update ${name} set ${tenantColumn} = $1`, [other]),
        );
        await expectRefusal(name, give, refused);
      }
    }
  });

  it('can put in a row of their own, and none for the other', async () => {
    for (const { name, tenantColumn } of tables) {
      for (const [tenant, other] of planted.pairs) {
        const own = test.db.tenant(tenant, async (tx) => {
          await planted.insertAnother(tx, name, tenant);
          const rows = await tx.query(`select from ${name} where ${tenantColumn} = $1`, [tenant]);
          // A tenant's own id, or its one row of a kind, is there already: that it met its twin proves it was let in.
          expect([name, rows.length]).toEqual([name, 2]);
          throw new Error('taken back');
        });
        await expectRefusal(name, own, /taken back|duplicate key/);
        const foreign = test.db.tenant(tenant, (tx) => planted.insertAnother(tx, name, other));
        await expectRefusal(name, foreign, refused);
      }
    }
  });

  it('cannot delete what is the other’s', async () => {
    for (const { name, tenantColumn } of tables) {
      for (const [tenant, other] of planted.pairs) {
        const erase = test.db.tenant(tenant, (tx) =>
          count(tx, `delete from ${name} where ${tenantColumn} = $1`, [other]),
        );
        if (appendOnly.includes(name)) await expectRefusal(name, erase, /permission denied/);
        else expect([name, await erase]).toEqual([name, 0]);
        await test.db
          .tenant(tenant, async (tx) => {
            // Referencing rows go first where a key holds them; what matters is what is visible to the delete.
            await tx.query('set constraints all deferred');
            expect([name, await count(tx, `delete from ${name}`)]).toEqual([name, 1]);
            throw new Error('taken back');
          })
          .catch((error: unknown) =>
            expect(String(error)).toMatch(/taken back|permission denied|foreign key/),
          );
      }
    }
    for (const { name } of tables) {
      const rows = await test.db.engine((tx) => tx.query(`select from ${name}`));
      expect([name, rows.length]).toEqual([name, 2]);
    }
  });

  it('see of people only those who are their own members', async () => {
    for (const tenant of planted.tenants) {
      const people = await test.db.tenant(tenant, (tx) =>
        tx.query<{ id: string }>('select id from auth_users'),
      );
      expect(people.map((person) => person.id)).toEqual([planted.personOf.get(tenant)]);
    }
    await expect(
      test.db.tenant(planted.tenants[0], (tx) => tx.query('select email_verified from auth_users')),
    ).rejects.toThrow(/permission denied/);
  });
});

describe('without a tenant', () => {
  it('nothing is there, and nothing can be put in, on a fresh connection and on a used one', async () => {
    const fresh = test.db.poolAs('app', 1);
    for (const pool of [fresh, test.db.pool]) {
      for (const { name } of tables) {
        expect([name, (await pool.query(`select from ${name}`)).rowCount]).toEqual([name, 0]);
        if (appendOnly.includes(name)) continue;
        expect([name, (await pool.query(`delete from ${name}`)).rowCount]).toEqual([name, 0]);
      }
      expect((await pool.query('select id from auth_users')).rowCount).toBe(0);
    }
    await fresh.end();
    for (const { name } of tables) {
      const client = await test.db.pool.connect();
      const tx = {
        query: async (sql: string, values?: readonly unknown[]) =>
          (await client.query(sql, [...(values ?? [])])).rows,
      };
      // Released first: a client that a failed expectation kept would stop every test after it.
      const insert = await planted
        .insertAnother(tx as Tx, name, planted.tenants[0])
        .then(() => 'was let in', String);
      client.release();
      expect([name, insert]).toEqual([name, expect.stringMatching(/row-level security/)]);
    }
  });

  it('the role of the sign-in sees no tenant’s table', async () => {
    for (const { name } of tables) {
      await expectRefusal(
        name,
        test.db.auth((tx) => tx.query(`select from ${name}`)),
        /permission denied/,
      );
    }
  });

  it('even the owner sees no more than what is looked up before the tenant is known', async () => {
    const login = test.db.poolAs('owner' as 'app', 1);
    for (const { name, partitioned } of tables) {
      const lookedUp = ['events', 'invitations', 'members', 'oauth_states', 'tenants'].includes(name);
      expect([name, partitioned, (await login.query(`select from ${name}`)).rowCount]).toEqual([
        name,
        partitioned,
        lookedUp ? 2 : 0,
      ]);
    }
    await login.end();
  });
});
