import {
  connectWithFields,
  createIntegration,
  createSync,
  disconnect,
  listConnections,
  listProviders,
  listRuns,
  startConnect,
  testConnection,
  type Provider,
} from '@mortise/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestServer,
  type TestPerson,
  type TestServer,
} from '../../apps/server/testing/start-test-server.ts';
import { giveConsent } from '../support/give-consent.ts';

let server: TestServer;
let owner: TestPerson;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner();
});

afterAll(() => server?.stop());

interface Account {
  id: string;
  detail: string;
  apiKey?: string;
  fields?: Record<string, string>;
}

/** The demo accounts of a provider's emulator, as its control page knows them. */
async function accountsOf(provider: string): Promise<Account[]> {
  const answer = await fetch(`${server.sandbox?.url}/_control`);
  const { providers } = (await answer.json()) as { providers: { id: string; accounts: Account[] }[] };
  return providers.find(({ id }) => id === provider)?.accounts ?? [];
}

async function connect(provider: Provider, integrationId: string): Promise<void> {
  const [account] = await accountsOf(provider.id);
  if (provider.authKind !== 'oauth2') {
    const typed = ({ name }: { name: string }) => account?.fields?.[name] ?? account?.apiKey ?? '';
    const values = Object.fromEntries(provider.fields.map((field) => [field.name, typed(field)]));
    await owner.client.call(connectWithFields, { params: { id: integrationId }, body: { values } });
    return;
  }
  const inputs = Object.fromEntries(provider.inputs.map(({ name }) => [name, account?.detail ?? '']));
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider: provider.id },
    body: { integrationId, ...(provider.inputs.length === 0 ? {} : { inputs }) },
  });
  await giveConsent(owner, authorizeUrl);
}

test('every provider that is offered can be connected in its sandbox, tested, synced and disconnected', async () => {
  const { data: providers } = await owner.client.call(listProviders);
  expect(providers.length).toBeGreaterThan(7);
  const outcome: Record<string, string> = {};
  for (const provider of providers) {
    const { id: integrationId } = await owner.client.call(createIntegration, {
      body: { provider: provider.id, environment: 'sandbox' },
    });
    await connect(provider, integrationId);
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
