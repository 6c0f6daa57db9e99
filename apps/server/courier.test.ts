import { createIntegration, listConnections, refreshAccount, startConnect } from '@mortise/contract';
import { createClient } from '@mortise/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPort, localUrl } from './find-port.ts';
import { startTestServer, type TestPerson, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner();
});
afterAll(() => server.stop());

/** Gives consent on the emulator's screen as a person would, and follows the browser back. */
async function connect(): Promise<string> {
  const { id: integrationId } = await owner.client.call(createIntegration, {
    body: { provider: 'hubspot', environment: 'sandbox', name: 'HubSpot' },
  });
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider: 'hubspot' },
    body: { integrationId },
  });
  const screen = await (await fetch(authorizeUrl)).text();
  const account = /name="account" value="([^"]+)"/.exec(screen)?.[1] ?? '';
  const action = /<form[^>]*action="([^"]*)"/.exec(screen)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const answer = await fetch(new URL(action, authorizeUrl), {
    method: 'POST',
    body: new URLSearchParams({ decision: 'allow', account }),
    redirect: 'manual',
  });
  const back = new URL(answer.headers.get('location')!);
  await owner.fetch(back.pathname + back.search);
  return (await owner.client.call(listConnections)).data[0]!.accountId;
}

const couriers = () =>
  server.db
    .engine((tx) =>
      tx.query<{ count: number }>(
        "select count(*) as count from pg_stat_activity where datname = current_database() and application_name = 'mortise courier'",
      ),
    )
    .then(([row]) => row!.count);

test('a token is renewed by the courier of its server, which comes with the first and goes with the server', async () => {
  const accountId = await connect();
  const port = await findPort('127.0.0.1', 0, 'MORTISE_PORT');
  const peer = await server.startPeer(port);
  const client = createClient({
    baseUrl: localUrl('127.0.0.1', port),
    credential: server.operatorKey,
    tenant: owner.tenantId,
  });
  expect(await couriers()).toBe(0);
  const before = (await client.call(listConnections)).data[0]!.lastRefreshedAt;
  const after = await client.call(refreshAccount, { params: { provider: 'hubspot', accountId } });
  expect(after.status).toBe('connected');
  expect([before, after.lastRefreshedAt]).toEqual([null, expect.any(String)]);
  expect(await couriers()).toBeGreaterThan(0);
  await peer.stop();
  expect(await couriers()).toBe(0);
}, 60_000);
