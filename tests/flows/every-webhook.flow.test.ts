import {
  createIntegration,
  createSource,
  createSync,
  disconnect,
  listConnections,
  listEvents,
  listProviders,
  listReceipts,
  listRecords,
  listRuns,
  readConnection,
  readReceipt,
  subscribeSandbox,
} from '@mortise/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestServer,
  type TestPerson,
  type TestServer,
} from '../../apps/server/testing/start-test-server.ts';
import { accountsOf, connectSandbox } from '../support/connect-sandbox.ts';

let server: TestServer;
let owner: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ settings: { MORTISE_ENABLE: 'onlyfans' } });
  owner = await server.owner();
});
afterAll(() => server?.stop());

/** A change of which each provider tells, and the record of ours that it is about. */
const told: Record<
  string,
  { collection: string; create?: true; later?: true; fields: Record<string, string> }
> = {
  hubspot: { collection: 'contacts', fields: { firstname: 'Changed' } },
  bitrix24: { collection: 'contacts', fields: { name: 'Changed' } },
  'rd-station-crm': { collection: 'contacts', fields: { name: 'Changed' } },
  'rd-station-marketing': {
    collection: 'contacts',
    fields: { last_conversion: 'newsletter', name: 'Changed' },
  },
  zapsign: { collection: 'documents', fields: { status: 'refused' } },
  instagram: { collection: 'comments', create: true, fields: { text: 'Changed' } },
  tiktok: { collection: 'videos', create: true, fields: { title: 'Changed' } },
  // It tells neither one record nor what changed: all of it is read, and not for each telling.
  onlyfans: { collection: 'fans', create: true, fields: { name: 'Changed' }, later: true },
};

async function control<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`${server.sandbox?.url}/_control/${path}`, {
    ...init,
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (answer.status === 204 || answer.status === 202 ? undefined : await answer.json()) as T;
}

/** How often a record waits to be read. */
async function marksOf(externalId: string): Promise<number> {
  const rows = await server.db.engine((tx) =>
    tx.query('select from sync_marks where external_id = $1', [externalId]),
  );
  return rows.length;
}

interface Sent {
  id: number;
  url: string;
  headers: Record<string, string>;
  body: string;
  status?: number;
}

const sentBy = (provider: string) => control<Sent[]>(`providers/${provider}/webhooks`);

/** What was sent, as someone would who has not the secret. */
function forge({ url, headers, body }: Sent, secrets: readonly string[]): { url: string; init: RequestInit } {
  const bend = (text: string) =>
    secrets.reduce((bent, secret) => bent.replaceAll(secret, 'x'.repeat(32)), text);
  const bent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, bend(value)]));
  const changed =
    bend(body) !== body || bend(url) !== url || JSON.stringify(bent) !== JSON.stringify(headers);
  return { url: bend(url), init: { method: 'POST', headers: bent, body: changed ? bend(body) : `${body} ` } };
}

test.each(Object.keys(told))(
  '%s: what its emulator posts is verified, told once, and read; a forged one is refused',
  async (id) => {
    const { client } = owner;
    const { data: providers } = await client.call(listProviders);
    const provider = providers.find((one) => one.id === id);
    const change = told[id];
    if (provider === undefined || change === undefined) throw new Error(`${id} is not offered`);
    const { id: integrationId } = await client.call(createIntegration, {
      body: { provider: id, environment: 'sandbox' },
    });
    await connectSandbox(server, owner, provider, integrationId);
    const [connection] = (await client.call(listConnections, { query: { integrationId } })).data;
    if (connection === undefined) throw new Error(`${id} has no connection`);
    await client.call(createSync, { body: { connectionId: connection.id, resource: change.collection } });
    const runs = async () =>
      (await client.call(listRuns, { query: { connectionId: connection.id } })).data.map(
        ({ status }) => status,
      );
    await expect.poll(runs, { timeout: 30_000 }).toEqual(['succeeded']);

    const source = await client.call(createSource, { body: { integrationId } });
    expect(source.url).toBe(`${server.url}/api/integrations/${integrationId}/webhook`);
    await client.call(subscribeSandbox, { params: { id: source.id } });

    const [account] = await accountsOf(server, id);
    const place = `providers/${id}/records`;
    const of = new URLSearchParams({ account: account?.id ?? '', collection: change.collection });
    const { records } = await control<{ records: { id: string; fields: Record<string, string> }[] }>(
      `${place}?${of.toString()}`,
    );
    const [record] = records;
    const body = JSON.stringify({
      account: account?.id,
      collection: change.collection,
      fields: change.create === true ? { ...record?.fields, ...change.fields } : change.fields,
    });
    const changed =
      change.create === true
        ? await control<{ id: string }>(place, { method: 'POST', body })
        : await control<{ id: string }>(`${place}/${record?.id}`, { method: 'PATCH', body });

    const receipts = async () => (await client.call(listReceipts, { query: { sourceId: source.id } })).data;
    await expect.poll(async () => (await receipts())[0]?.state, { timeout: 20_000 }).toBe('processed');
    const [accepted] = await receipts();
    const full = await client.call(readReceipt, { params: { id: accepted?.id ?? '' } });
    const [outcome] = full.outcomes;
    expect(outcome).toMatchObject({ connectionIds: [connection.id] });
    expect(outcome?.syncIds).toHaveLength(1);
    const events = async () => (await client.call(listEvents, { query: { subject: connection.id } })).data;
    const toldOf = (await events()).filter(({ type }) => type.endsWith('.changed'));
    expect(toldOf.length).toBeGreaterThan(0);
    expect(toldOf.every(({ data }) => data['receiptId'] === accepted?.id)).toBe(true);
    const own = toldOf.find(({ data }) => data['resource'] === change.collection);
    expect(own?.data).toMatchObject({ connectionId: connection.id, provider: id });
    const { externalId } = own?.data ?? {};
    if (typeof externalId !== 'string') throw new Error('It does not say which record');
    expect(externalId.endsWith(changed.id.split(':').at(-1) ?? '')).toBe(true);

    // The record follows, by a reading of its own or by a run.
    await expect
      .poll(
        async () => {
          if (change.later === true) return (await marksOf(externalId)) > 0;
          const { data } = await client.call(listEvents, { query: { traceId: accepted?.traceId ?? '' } });
          return data.some(({ type }) => /\.(created|updated)$/.test(type) && !type.startsWith('sync.'));
        },
        { timeout: 30_000, interval: 200 },
      )
      .toBe(true);
    const { data: held } = await client.call(listRecords, {
      query: { connectionId: connection.id, limit: 200 },
    });
    expect(held.filter((one) => one.externalId === externalId)).toHaveLength(change.later === true ? 0 : 1);

    // Once more, as it was.
    const [sent] = await sentBy(id);
    if (sent === undefined) throw new Error(`${id} sent nothing`);
    await control(`providers/${id}/webhooks/${sent.id}/resend`, { method: 'POST' });
    await expect.poll(async () => (await receipts())[0]?.verdict).toBe('duplicate');
    expect((await receipts())[0]?.duplicateOf).toBe(accepted?.id);

    const secrets = server.sandbox?.providers.find((one) => one.id === id)?.webhookSecrets ?? [];
    const forged = forge(sent, secrets);
    const refused = await fetch(forged.url, forged.init);
    expect(refused.status).toBe(401);
    expect((await receipts())[0]).toMatchObject({ verdict: 'refused', state: 'none' });
    expect((await events()).filter(({ type }) => type.endsWith('.changed'))).toHaveLength(toldOf.length);
    for (const secret of secrets)
      expect(
        JSON.stringify((await client.call(readReceipt, { params: { id: accepted?.id ?? '' } })).headers),
      ).not.toContain(secret);
    await control(`providers/${id}/webhook-target`, { method: 'DELETE' });
    await client.call(disconnect, { params: { id: connection.id }, query: { records: 'erase' } });
  },
);

test('an account that withdraws at its provider is no longer connected here, and says so once', async () => {
  const { client } = owner;
  const { data: providers } = await client.call(listProviders);
  const provider = providers.find(({ id }) => id === 'bitrix24');
  if (provider === undefined) throw new Error('It is not offered');
  const { id: integrationId } = await client.call(createIntegration, {
    body: { provider: provider.id, environment: 'sandbox' },
  });
  await connectSandbox(server, owner, provider, integrationId);
  const [connection] = (await client.call(listConnections, { query: { integrationId } })).data;
  const [account] = await accountsOf(server, provider.id);
  const secrets = server.sandbox?.providers.find(({ id }) => id === provider.id)?.webhookSecrets ?? [];
  const form = (at: number) =>
    new URLSearchParams({
      event: 'ONAPPUNINSTALL',
      ts: String(at),
      'auth[member_id]': account?.id ?? '',
      'auth[application_token]': secrets[0] ?? '',
    });
  const url = `${server.url}/api/integrations/${integrationId}/webhook`;
  const status = async () =>
    (await client.call(readConnection, { params: { id: connection?.id ?? '' } })).status;
  const now = Math.floor(Date.now() / 1000);
  const processed = async () => {
    const query = { state: 'processed', verdict: 'accepted' } as const;
    const { data } = await client.call(listReceipts, { query });
    return data.filter(({ sourceName }) => sourceName === provider.name).length;
  };
  const before = await processed();
  // Before the account was connected here: it has given its permission anew since.
  expect((await fetch(url, { method: 'POST', body: form(now - 3_600) })).status).toBe(200);
  await expect.poll(processed).toBe(before + 1);
  expect(await status()).toBe('connected');
  expect((await fetch(url, { method: 'POST', body: form(now) })).status).toBe(200);
  await expect.poll(status).toBe('needs_reconnect');
  const { data: events } = await client.call(listEvents, { query: { subject: connection?.id ?? '' } });
  expect(events.filter(({ type }) => type === 'connection.needs_reconnect')).toHaveLength(1);
});

test('a provider that asks at set-up whose the URL is gets the answer in its own shape, and nobody else does', async () => {
  const { client } = owner;
  const { id: integrationId } = await client.call(createIntegration, {
    body: { provider: 'instagram', environment: 'sandbox' },
  });
  const source = await client.call(createSource, { body: { integrationId } });
  const ask = (token: string) => {
    const query = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.verify_token': token,
      'hub.challenge': '1158201444',
    });
    return fetch(`${source.url}?${query.toString()}`);
  };
  const right = await ask(source.verifyToken ?? '');
  expect([right.status, await right.text()]).toEqual([200, '1158201444']);
  expect((await ask('wrong')).status).toBe(403);
  expect((await fetch(source.url ?? '')).status).toBe(405);
});
