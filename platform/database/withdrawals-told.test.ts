import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../tests/support/test-database.ts';
import { migrate } from './migrate.ts';

it('notices of before are taken over as they stood: told ones told, the others waiting', async () => {
  const test = await createTestDatabase({ bare: true });
  const directory = await mkdtemp(path.join(tmpdir(), 'mortise-migrations-'));
  const login = new pg.Client({ connectionString: test.url });
  try {
    await cp(new URL('./migrations/', import.meta.url), directory, { recursive: true });
    for (const file of await readdir(directory)) {
      if (file >= '0022') await rm(path.join(directory, file));
    }
    await migrate(test.url, { folder: pathToFileURL(`${directory}/`) });
    await login.connect();
    // The entries that they belong to are beside the point.
    await login.query(`
      set session_replication_role = replica;
      insert into mortise.consent_notices (tenant_id, entry_id, teller, told_at, error) values
        (gen_random_uuid(), gen_random_uuid(), 'crm', now(), null),
        (gen_random_uuid(), gen_random_uuid(), 'mailer', null, 'It answered 503');
      set session_replication_role = origin`);
    await migrate(test.url);
    const { rows } = await login.query('select teller, state from mortise.consent_notices order by teller');
    expect(rows).toEqual([
      { teller: 'crm', state: 'told' },
      { teller: 'mailer', state: 'waiting' },
    ]);
  } finally {
    await login.end();
    await rm(directory, { recursive: true });
    await test.drop();
  }
});
