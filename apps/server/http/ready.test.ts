import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { startTestServer, type TestPerson, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  owner = await server.owner();
});
afterAll(() => server.stop());

/** Takes the database away: nobody new gets in, and who is in is thrown out. */
async function takeAway(away: boolean): Promise<void> {
  const url = new URL(server.databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`alter database ${name} allow_connections ${!away}`);
  if (away)
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await client.end();
}

test('without its database the service lives, says that it is not ready, and is ready again by itself', async () => {
  const ready = () => fetch(`${server.url}/api/health/ready`);
  expect((await ready()).status).toBe(200);
  await takeAway(true);
  try {
    const answer = await ready();
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('content-type')]).toEqual([
      503,
      '2',
      'application/problem+json; charset=utf-8',
    ]);
    const body = (await answer.json()) as { code: string; detail: string };
    expect(body.code).toBe('not_ready');
    expect(body.detail).toContain('database does not answer');
    expect((await fetch(`${server.url}/api/health/live`)).status).toBe(200);
    const other = await owner.fetch('/api/members');
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([503, 'not_ready']);
  } finally {
    await takeAway(false);
  }
  expect((await ready()).status).toBe(200);
  expect((await owner.fetch('/api/members')).status).toBe(200);
});
