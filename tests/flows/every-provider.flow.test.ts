import {
  createIntegration,
  createSync,
  disconnect,
  listConnections,
  listProviders,
  listRuns,
  testConnection,
} from '@mortise/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestServer,
  type TestPerson,
  type TestServer,
} from '../../apps/server/testing/start-test-server.ts';
import { connectSandbox } from '../support/connect-sandbox.ts';

let server: TestServer;
let owner: TestPerson;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner();
});

afterAll(() => server?.stop());

test('every provider that is offered can be connected in its sandbox, tested, synced and disconnected', async () => {
  const { data: providers } = await owner.client.call(listProviders);
  expect(providers.length).toBeGreaterThan(7);
  const outcome: Record<string, string> = {};
  for (const provider of providers) {
    const { id: integrationId } = await owner.client.call(createIntegration, {
      body: { provider: provider.id, environment: 'sandbox' },
    });
    await connectSandbox(server, owner, provider, integrationId);
    const { data: connections } = await owner.client.call(listConnections, { query: { integrationId } });
    const [connection] = connections;
    if (connection === undefined) throw new Error(`${provider.id} has no connection`);
    const tried = await owner.client.call(testConnection, { params: { id: connection.id } });
    outcome[provider.id] = tried.ok ? 'works' : tried.message;

    for (const { name } of provider.resources) {
      await owner.client.call(createSync, { body: { connectionId: connection.id, resource: name } });
    }
    await expect
      .poll(
        async () => {
          const { data } = await owner.client.call(listRuns, { query: { connectionId: connection.id } });
          return data.filter(({ status }) => status !== 'queued' && status !== 'running').length;
        },
        { timeout: 60_000, interval: 200 },
      )
      .toBe(provider.resources.length);
    const { data: runs } = await owner.client.call(listRuns, { query: { connectionId: connection.id } });
    for (const run of runs) {
      outcome[`${provider.id}.${run.resource}`] = run.status === 'succeeded' ? 'synced' : String(run.error);
    }
    expect(
      runs.reduce((sum, run) => sum + run.created, 0),
      `records of ${provider.id}`,
    ).toBeGreaterThan(0);

    await owner.client.call(disconnect, { params: { id: connection.id }, query: { records: 'erase' } });
  }
  const failed = Object.entries(outcome).filter(([, what]) => what !== 'works' && what !== 'synced');
  expect(failed).toEqual([]);
});
