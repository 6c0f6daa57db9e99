import {
  createIntegration,
  createSync,
  createWebhook,
  finishConnect,
  listConnections,
  listRuns,
  readOverview,
  readTrace,
  startConnect,
} from '@mortise/contract';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestPerson, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner();
});
afterAll(() => server.stop());

/** Goes through the provider's consent screen as a browser does. */
async function connect(integrationId: string): Promise<void> {
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider: 'hubspot' },
    body: { integrationId },
  });
  const page = await (await fetch(authorizeUrl)).text();
  const plain = (text: string) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
  const action = new URL(plain(/<form[^>]*action="([^"]*)"/.exec(page)?.[1] ?? ''), authorizeUrl);
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of page.matchAll(
    /<(?:input|button)[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g,
  )) {
    if (!form.has(name)) form.set(name, plain(value));
  }
  if (form.has('decision')) form.set('decision', 'allow');
  const answer = await fetch(action, { method: 'POST', body: form, redirect: 'manual' });
  const back = new URL(answer.headers.get('location')!);
  expect(back.pathname).toBe(finishConnect.path.replace(':provider', 'hubspot'));
  const landed = await owner.fetch(back.pathname + back.search);
  expect([landed.status, landed.headers.get('location')]).toEqual([
    302,
    expect.stringContaining('connected='),
  ]);
}

test('after a whole journey the overview has every figure as it was', { timeout: 60_000 }, async () => {
  const nothing = await owner.client.call(readOverview);
  expect(nothing).toMatchObject({
    integrations: 0,
    records: 0,
    events24h: 0,
    deliveries24h: { delivered: 0, failed: 0, waiting: 0 },
  });
  expect(nothing.perHour).toHaveLength(24);

  const integration = await owner.client.call(createIntegration, {
    body: { provider: 'hubspot', environment: 'sandbox', name: 'HubSpot' },
  });
  await owner.client.call(createWebhook, {
    body: { name: 'sink', url: `${server.sandbox!.url}/_sink/overview`, events: ['contact.created'] },
  });
  await connect(integration.id);
  const [connection] = (await owner.client.call(listConnections)).data;
  await owner.client.call(createSync, { body: { connectionId: connection!.id, resource: 'contacts' } });
  await vi.waitFor(
    async () => expect((await owner.client.call(listRuns)).data[0]?.status).toBe('succeeded'),
    20_000,
  );
  await vi.waitFor(
    async () =>
      expect((await owner.client.call(readOverview)).deliveries24h).toMatchObject({
        delivered: 20,
        waiting: 0,
      }),
    20_000,
  );

  const all = await server.db.engine((tx) => tx.query<{ type: string }>('select type from events'));
  const overview = await owner.client.call(readOverview);
  expect(all.filter(({ type }) => type === 'contact.created')).toHaveLength(20);
  expect(overview).toMatchObject({
    integrations: 1,
    connections: { connected: 1, needsReconnect: 0 },
    syncs: { active: 1, running: 0, failedLast24h: 0 },
    records: 20,
    events24h: all.length,
    deliveries24h: { delivered: 20, failed: 0, waiting: 0 },
  });
  const sum = (of: 'events' | 'delivered' | 'failed') =>
    overview.perHour.reduce((total, hour) => total + hour[of], 0);
  expect([sum('events'), sum('delivered'), sum('failed')]).toEqual([all.length, 20, 0]);

  // Another tenant sees none of it.
  const other = await server.createTenant('Other');
  expect(await other.operator.call(readOverview)).toMatchObject({
    integrations: 0,
    records: 0,
    events24h: 0,
  });
});

test(
  "the caller's trace goes from the request through the run to each delivery's headers",
  { timeout: 60_000 },
  async () => {
    const [run] = (await owner.client.call(listRuns)).data;
    const trace = await owner.client.call(readTrace, { params: { traceId: run!.traceId } });
    expect(trace.deliveries.count).toBe(20);
    const sink = await (await fetch(`${server.sandbox!.url}/_control/sinks/overview`)).text();
    expect(sink).toContain(run!.traceId);
  },
);
