import {
  connectWithFields,
  createIntegration,
  disconnect,
  listConnections,
  startConnect,
  testConnection,
  testIntegration,
  updateIntegration,
} from '@mortise/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestPerson, type TestServer } from './testing/start-test-server.ts';

const key = 'c7f35c84-7893-4087-b4fb-d1f06c23a9e1';
const details = '/account-info/v3/details';

let server: TestServer;
let owner: TestPerson;
let hubspot: string;
let zapsign: string;
beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner();
  hubspot = await add('hubspot');
  zapsign = await add('zapsign');
});
afterAll(() => server.stop());
beforeEach(async () => {
  for (const provider of ['hubspot', 'zapsign']) await control(provider, 'DELETE');
});

const add = async (provider: string, more: object = {}) =>
  (
    await owner.client.call(createIntegration, {
      body: { provider, environment: 'sandbox', name: provider, retries: 0, ...more },
    })
  ).id;
async function control(provider: string, method: 'POST' | 'DELETE', fault: object = {}): Promise<void> {
  const answer = await fetch(`${server.sandbox!.url}/_control/providers/${provider}/faults`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: JSON.stringify(fault) } : {}),
  });
  expect(answer.ok).toBe(true);
}
const strike = (provider: string, fault: object) => control(provider, 'POST', { times: 1, ...fault });
const kept = async (integrationId: string) =>
  (await owner.client.call(listConnections, { query: { integrationId } })).data;

/** Goes the whole way to the provider's consent page and back. @returns what the browser ends up with */
async function consent(
  integrationId: string,
  decision: 'allow' | 'deny' = 'allow',
): Promise<Record<string, string>> {
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider: 'hubspot' },
    body: { integrationId },
  });
  const page = await (await fetch(authorizeUrl)).text();
  const account = /name="account" value="([^"]+)"/.exec(page)![1]!;
  const form = new URLSearchParams({ decision, account });
  const answer = await fetch(authorizeUrl, { method: 'POST', body: form, redirect: 'manual' });
  const back = new URL(answer.headers.get('location')!);
  const landed = await owner.fetch(back.pathname + back.search);
  return Object.fromEntries(new URL(landed.headers.get('location')!, server.url).searchParams);
}

describe('connecting by consent', () => {
  it.each([
    ['no network', { kind: 'drop' }, { connect_error: 'unreachable' }],
    ['no network at the account', { kind: 'drop', path: details }, { connect_error: 'unreachable' }],
    ['401', { kind: 'unauthorized', path: details }, { connect_error: 'unauthorized' }],
    ['403', { kind: 'forbidden', path: details }, { connect_error: 'forbidden' }],
    ['429', { kind: 'rate_limited', retryAfter: '90' }, { connect_error: 'rate_limited', retry_after: '90' }],
    ['500', { kind: 'server_error' }, { connect_error: 'provider_unavailable' }],
  ])('meets %s: told by a code of its own, and nothing is kept', async (_name, fault, told) => {
    await strike('hubspot', fault);
    expect(await consent(hubspot)).toEqual({ provider: 'hubspot', ...told });
    expect(await kept(hubspot)).toEqual([]);
  });

  it('meets a consent that was cancelled, and a client that the provider does not know', async () => {
    expect(await consent(hubspot, 'deny')).toEqual({ provider: 'hubspot', connect_error: 'cancelled' });
    const { client } = server.sandbox!.providers.find(({ id }) => id === 'hubspot')!;
    const wrong = await add('hubspot', { clientId: client.id, clientSecret: 'not-the-secret' });
    expect(await consent(wrong)).toEqual({ provider: 'hubspot', connect_error: 'wrong_client' });
    expect([...(await kept(hubspot)), ...(await kept(wrong))]).toEqual([]);
  });
});

describe('connecting by a key', () => {
  const connect = (value = key) =>
    owner.client.call(connectWithFields, { params: { id: zapsign }, body: { values: { token: value } } });

  it.each([
    ['no network', { kind: 'drop' }, { code: 'provider_unreachable', status: 502 }],
    ['401', { kind: 'unauthorized' }, { code: 'wrong_key', status: 422 }],
    ['403', { kind: 'forbidden' }, { code: 'provider_forbidden', status: 422 }],
    [
      '429',
      { kind: 'rate_limited', retryAfter: '90' },
      { code: 'provider_rate_limited', status: 429, retryAfterMs: 90_000 },
    ],
    ['500', { kind: 'server_error' }, { code: 'provider_unavailable', status: 502 }],
  ])('meets %s: a code of its own, in our words, and nothing is kept', async (_name, fault, told) => {
    await strike('zapsign', fault);
    const error: unknown = await connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ ...told, detail: expect.stringMatching(/^ZapSign [a-z][^{}<>]+\.$/) });
    expect(await kept(zapsign)).toEqual([]);
  });
});

describe('trying settings before they are saved', () => {
  const attempt = async (provider: string, body: object) => {
    const { ok, checks } = await owner.client.call(testIntegration, {
      body: { provider, environment: 'sandbox', ...body },
    });
    return {
      ok,
      checks: checks.map(({ name, fault, retryAfterSeconds }) => [name, fault, retryAfterSeconds]),
    };
  };
  const fine = (name: string) => [name, null, null];

  it.each([
    ['hubspot', {}, 'client'],
    ['zapsign', { values: { token: key } }, 'key'],
  ])('%s: tells each reason from the others', async (provider, body, judged) => {
    const told = async (fault: object) => {
      await strike(provider, fault);
      return (await attempt(provider, body)).checks.slice(1);
    };
    expect(await attempt(provider, body)).toEqual({
      ok: true,
      checks: [fine('hosts'), fine(judged), fine('provider')],
    });
    expect(await told({ kind: 'drop' })).toEqual([['provider', 'unreachable', null]]);
    expect(await told({ kind: 'server_error' })).toEqual([['provider', 'provider_unavailable', null]]);
    expect(await told({ kind: 'rate_limited', retryAfter: '45' })).toEqual([
      ['provider', 'rate_limited', 45],
    ]);
    expect(await told({ kind: 'forbidden' })).toEqual([[judged, 'forbidden', null], fine('provider')]);
  });

  it('tells a wrong client and a wrong key, a missing one, and keeps nothing of any', async () => {
    const wrong = { clientId: 'nobody', clientSecret: 'nothing' };
    expect((await attempt('hubspot', wrong)).checks).toEqual([
      fine('hosts'),
      ['client', 'wrong_client', null],
      fine('provider'),
    ]);
    expect((await attempt('hubspot', { environment: 'live' })).checks).toEqual([
      fine('hosts'),
      ['client', 'client_missing', null],
    ]);
    expect((await attempt('zapsign', { values: { token: 'nobody-has-this' } })).checks).toEqual([
      fine('hosts'),
      ['key', 'wrong_key', null],
      fine('provider'),
    ]);
    await expect(attempt('zapsign', { values: {} })).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'body.values.token' }],
    });
    expect(await kept(zapsign)).toEqual([]);
  });
});

describe('using a connection', () => {
  it.each([
    ['no network', { kind: 'drop' }, { fault: 'unreachable' }],
    [
      '401, after a fresh token too',
      { kind: 'unauthorized', path: details, times: 2 },
      { fault: 'unauthorized' },
    ],
    ['403', { kind: 'forbidden' }, { fault: 'forbidden' }],
    ['429', { kind: 'rate_limited', retryAfter: '90' }, { fault: 'rate_limited', retryAfterSeconds: 90 }],
    ['500', { kind: 'server_error' }, { fault: 'provider_unavailable' }],
  ])('meets %s: a reason of its own, in our words, and the way on', async (_name, fault, told) => {
    const { connected: id = '' } = await consent(hubspot);
    await strike('hubspot', fault);
    const answer = await owner.client.call(testConnection, { params: { id } });
    expect(answer).toMatchObject({
      ok: false,
      retryAfterSeconds: null,
      ...told,
      message: expect.stringMatching(/^HubSpot [a-z][^{}<>]+\.$/),
    });
    const [{ status, reason } = { status: '', reason: '' }] = await kept(hubspot);
    // Only the 401 is the account's to mend; the others leave the connection as it is.
    expect([status, reason !== null]).toEqual(
      told.fault === 'unauthorized' ? ['needs_reconnect', true] : ['connected', false],
    );
    await owner.client.call(disconnect, { params: { id }, query: { records: 'erase' } });
  });

  it('meets a client that was replaced by a wrong one: the settings are to be mended, the connection stays', async () => {
    const { client } = server.sandbox!.providers.find(({ id }) => id === 'hubspot')!;
    const own = await add('hubspot', { clientId: client.id, clientSecret: client.secret });
    const { connected: id = '' } = await consent(own);
    await owner.client.call(updateIntegration, { params: { id: own }, body: { clientSecret: 'not-it' } });
    // One 401 makes it ask for a fresh token, as which nobody knows it.
    await strike('hubspot', { kind: 'unauthorized', path: details });
    expect(await owner.client.call(testConnection, { params: { id } })).toMatchObject({
      ok: false,
      fault: 'wrong_client',
    });
    expect(await kept(own)).toMatchObject([{ status: 'connected' }]);
  });
});
