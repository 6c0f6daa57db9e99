import { completeSetup, listMembers, readSetup } from '@mortise/contract';
import { newSetupLink } from '@mortise/core/tenants';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestServer, testPassword, tokenOf, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
});
afterEach(() => server.stop());

const newToken = async () => tokenOf((await newSetupLink(server.db, server.url))!);
const complete = (token: string, email = 'ada@example.com') =>
  server.visitor().call(completeSetup, {
    body: { token, name: 'Ada', email, password: testPassword, organisation: 'Acme' },
  });
const counts = async () => ({
  people: (await server.db.auth((tx) => tx.query('select 1 from auth_users'))).length,
  tenants: (await server.db.engine((tx) => tx.query('select 1 from tenants'))).length,
});

test('the link makes the first owner once, signs them in, and never works again', async () => {
  const token = await newToken();
  expect(await server.visitor().call(readSetup)).toEqual({ needed: true });
  await complete(token);
  expect(await server.visitor().call(readSetup)).toEqual({ needed: false });
  await expect(complete(token, 'eve@example.com')).rejects.toMatchObject({ code: 'setup_done' });
  expect(await newSetupLink(server.db, server.url)).toBeUndefined();
  expect(await counts()).toEqual({ people: 1, tenants: 1 });
  // Even with everybody's membership gone a used link stays used.
  await server.db.auth((tx) => tx.query('delete from auth_users'));
  await expect(complete(token, 'eve@example.com')).rejects.toMatchObject({
    code: 'link_expired',
    status: 410,
  });
});

test('of several at once one wins, by one link or by two', async () => {
  const first = await newToken();
  const second = 'a-second-link-that-a-peer-made-at-the-same-moment';
  await server.db.auth((tx) =>
    tx.query(
      `insert into setup_links (token_hash, expires_at) values (sha256($1::bytea), now() + interval '1 hour')`,
      [Buffer.from(second)],
    ),
  );
  const tries = [first, second, first, second].map((token, index) =>
    complete(token, `person${index}@example.com`),
  );
  const results = await Promise.allSettled(tries);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected')
      expect(['setup_done', 'link_expired']).toContain((result.reason as { code: string }).code);
  }
  expect(await counts()).toEqual({ people: 1, tenants: 1 });
});

test('processes that start at once leave one link that works', async () => {
  const tokens = await Promise.all([newToken(), newToken(), newToken()]);
  const links = await server.db.auth((tx) => tx.query('select 1 from setup_links'));
  expect(links).toHaveLength(1);
  const results = [];
  for (const token of tokens)
    results.push(
      await complete(token).then(
        () => 'made',
        (error: { code: string }) => error.code,
      ),
    );
  expect(results.filter((result) => result === 'made')).toHaveLength(1);
});

test('a new link voids the one before; a wrong, an old and an empty one open nothing', async () => {
  const old = await newToken();
  const current = await newToken();
  for (const token of [old, 'wrong', '', `${current}x`])
    await expect(complete(token)).rejects.toMatchObject({ code: 'link_expired' });
  await server.db.auth((tx) => tx.query(`update setup_links set expires_at = now() - interval '1 second'`));
  await expect(complete(current)).rejects.toMatchObject({ code: 'link_expired' });
  expect(await counts()).toEqual({ people: 0, tenants: 0 });
});

test('when anything fails nothing of it stays, and the link still works', async () => {
  const token = await newToken();
  // The last statement of the transaction fails, as it would if the process died before the commit.
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'mortise'::regnamespace and c.relname like 'audit%' and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const table = rows[0]!.name;
  await client.query(`alter table mortise.${table} add constraint broken check (false) not valid`);
  await expect(complete(token)).rejects.toMatchObject({ code: 'internal' });
  expect(await counts()).toEqual({ people: 0, tenants: 0 });
  await client.query(`alter table mortise.${table} drop constraint broken`);
  await client.end();
  await expect(complete(token)).resolves.toBeDefined();
});

test('the owner has their organisation, and the database neither the token nor the password', async () => {
  const token = await newToken();
  const owner = await server.owner().catch(() => undefined);
  expect(owner).toBeDefined();
  expect((await owner!.client.call(listMembers)).data).toMatchObject([
    { role: 'owner', email: 'owner@example.com' },
  ]);
  const dump = JSON.stringify(
    await server.db.auth((tx) => tx.query('select * from setup_links, auth_users, auth_accounts')),
  );
  expect(dump).not.toContain(token);
  expect(dump).not.toContain(testPassword);
});
