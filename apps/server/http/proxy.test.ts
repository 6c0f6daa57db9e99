import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  createIntegration,
  listConnectionCalls,
  listConnections,
  startConnect,
  type ProxyCall,
} from '@mortise/contract';
import { bareId } from '@mortise/core/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestServer, type TestPerson, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let owner: TestPerson;
let connectionId: string;
let integrationId: string;

/** Goes through the provider's consent screen as a browser does. */
async function connect(): Promise<void> {
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
  await owner.fetch(back.pathname + back.search);
}

beforeAll(async () => {
  server = await startTestServer({ role: 'api' });
  owner = await server.owner();
  const body = { provider: 'hubspot', environment: 'sandbox', name: 'HubSpot' } as const;
  integrationId = (await owner.client.call(createIntegration, { body })).id;
  await connect();
  connectionId = (await owner.client.call(listConnections)).data[0]!.id;
}, 60_000);
afterAll(() => server.stop());

const base = () => `/api/connections/${connectionId}/proxy`;
const asked = (path: string, init?: RequestInit) => owner.fetch(base() + path, init);
const control = (path: string, init?: RequestInit) =>
  fetch(`${server.sandbox!.url}/_control/providers/hubspot${path}`, {
    headers: { 'content-type': 'application/json' },
    ...init,
  });
const fault = (body: object) => control('/faults', { method: 'POST', body: JSON.stringify(body) });
const calls = async (): Promise<ProxyCall[]> =>
  (await owner.client.call(listConnectionCalls, { params: { id: connectionId } })).data;
const status = (answer: Response) => [answer.status, answer.headers.get('mortise-provider-status')];

describe('against the sandbox', () => {
  beforeEach(async () => void (await control('/faults', { method: 'DELETE' })));

  it('reads and writes at the provider with the connection’s credential, and each call is in the log', async () => {
    const list = await asked('/crm/v3/objects/contacts?limit=2');
    expect(status(list)).toEqual([200, '200']);
    expect(((await list.json()) as { results: unknown[] }).results).toHaveLength(2);
    const properties = { email: 'new@example.com', firstname: 'Nova' };
    const made = await asked('/crm/v3/objects/contacts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ properties }),
    });
    expect(status(made)).toEqual([201, '201']);
    expect(await made.json()).toMatchObject({ properties });
    const missing = await asked('/crm/v3/objects/contacts/999999999');
    expect(status(missing)).toEqual([404, '404']);
    await missing.text();
    const [third, second, first] = await calls();
    expect(first).toMatchObject({ method: 'GET', path: '/crm/v3/objects/contacts?limit', status: 200 });
    expect(first!.traceId).toBe(list.headers.get('trace-id'));
    expect(second).toMatchObject({
      method: 'POST',
      status: 201,
      attempts: 1,
      error: null,
      requestBytes: JSON.stringify({ properties }).length,
      actor: { kind: 'user', name: 'Olga Owner' },
    });
    expect(second!.responseBytes).toBeGreaterThan(50);
    expect(third).toMatchObject({ status: 404, connectionId });
  });

  it('waits as a 429 asks, in seconds and as a date, for a POST too', { timeout: 20_000 }, async () => {
    await fault({ kind: 'rate_limited', times: 1, retryAfter: '1' });
    const startedAt = Date.now();
    const at = new Date(Math.ceil(startedAt / 1_000) * 1_000 + 2_000);
    await fault({ kind: 'rate_limited', times: 1, retryAfter: at.toUTCString() });
    const answer = await asked('/crm/v3/objects/contacts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"properties":{"email":"late@example.com"}}',
    });
    expect(status(answer)).toEqual([201, '201']);
    await answer.text();
    expect(Date.now()).toBeGreaterThanOrEqual(Math.max(at.getTime(), startedAt + 1_000));
    expect((await calls())[0]!.attempts).toBe(3);
  });

  it('hands on a 429 that asks for too long a wait, with its Retry-After', async () => {
    await fault({ kind: 'rate_limited', times: 1, retryAfter: '3600' });
    const answer = await asked('/crm/v3/objects/contacts');
    expect([...status(answer), answer.headers.get('retry-after')]).toEqual([429, '429', '3600']);
  });

  it('refreshes a token that the provider refuses, once, and asks again', async () => {
    const refreshedAt = async () => (await owner.client.call(listConnections)).data[0]!.lastRefreshedAt;
    const before = await refreshedAt();
    await fault({ kind: 'unauthorized', times: 1 });
    const answer = await asked('/crm/v3/objects/contacts?limit=1');
    expect(status(answer)).toEqual([200, '200']);
    await answer.text();
    expect((await calls())[0]!.attempts).toBe(2);
    expect(await refreshedAt()).not.toBe(before);
  });

  it('hands on a 401 that a new token does not mend, and leaves the connection connected', async () => {
    await fault({ kind: 'unauthorized', times: 5, path: '/crm' });
    const answer = await asked('/crm/v3/objects/contacts?limit=1');
    expect(status(answer)).toEqual([401, '401']);
    await answer.text();
    expect((await calls())[0]).toMatchObject({ status: 401, attempts: 2 });
    expect((await owner.client.call(listConnections)).data[0]!.status).toBe('connected');
  });

  it('asks again after a 500 for a GET, and never for a POST', async () => {
    await fault({ kind: 'server_error', times: 1 });
    const got = await asked('/crm/v3/objects/contacts?limit=1');
    expect(got.status).toBe(200);
    await got.text();
    expect((await calls())[0]!.attempts).toBe(2);
    await fault({ kind: 'server_error', times: 1 });
    const post = await asked('/crm/v3/objects/contacts', { method: 'POST', body: '{}' });
    expect(post.status).toBeGreaterThanOrEqual(500);
    expect(post.headers.get('mortise-provider-status')).toBe(String(post.status));
    await post.text();
    expect((await calls())[0]!.attempts).toBe(1);
  });

  it('tells an answer that never came from one of the provider’s', async () => {
    await fault({ kind: 'drop', times: 1 });
    const answer = await asked('/crm/v3/objects/contacts', { method: 'POST', body: '{}' });
    expect(status(answer)).toEqual([502, null]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect((await calls())[0]).toMatchObject({ status: null, error: 'provider_error', attempts: 1 });
  });

  it('is behind the wall: other tenants and lesser roles get nowhere, nor does another site by a cookie', async () => {
    const other = await server.createTenant('Other');
    const stranger = await server.member(other.id, 'owner');
    const path = `${base()}/crm/v3/objects/contacts`;
    expect((await stranger.fetch(path)).status).toBe(404);
    expect((await stranger.fetch(`/api/connections/${connectionId}/calls`)).status).toBe(404);
    const viewer = await server.member(owner.tenantId, 'viewer');
    expect((await viewer.fetch(path)).status).toBe(403);
    expect((await viewer.fetch(`/api/connections/${connectionId}/calls`)).status).toBe(403);
    expect((await fetch(server.url + path)).status).toBe(401);
    expect((await owner.fetch(path, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await owner.fetch('/api/connections/nonsense/proxy/x')).status).toBe(400);
  });
});

describe('against a server of our own in place of the provider', () => {
  let partner: Server;
  let seen: IncomingMessage[];
  let act: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

  beforeEach(async () => {
    seen = [];
    act = (_request, response) => void response.end('ok');
    partner = createServer((request, response) => {
      seen.push(request);
      void act(request, response);
    });
    partner.listen(0, '127.0.0.1');
    await once(partner, 'listening');
    await pointTo(`http://127.0.0.1:${(partner.address() as AddressInfo).port}/v1`);
  });
  afterEach(() => {
    partner.closeAllConnections();
    partner.close();
  });

  async function pointTo(api: string): Promise<void> {
    await server.db.engine((tx) =>
      tx.query('update integrations set hosts = $2 where id = $1', [
        bareId('integration', integrationId),
        JSON.stringify({ api }),
      ]),
    );
  }

  /** One request as it is written, which `fetch` would tidy up first. @returns the status */
  async function raw(path: string, method = 'GET'): Promise<number> {
    const request = httpRequest({
      host: '127.0.0.1',
      port: server.port,
      method,
      path,
      headers: { cookie: String(owner.jar) },
    });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode!;
  }

  it('lets headers through by name alone, in both directions, and never the credential or a cookie', async () => {
    act = async (request, response) => {
      const token = request.headers.authorization!.split(' ')[1]!;
      response.writeHead(200, {
        'content-type': 'text/html',
        etag: '"7"',
        'cache-control': 'public, max-age=60, s-maxage=900',
        'set-cookie': 'a=b',
        'x-ratelimit-remaining': '9',
        'x-internal': 'secret',
        link: `<https://api.example/next?access_token=${token}>; rel="next"`,
      });
      response.end(`${String(await buffer(request))} ${token}`);
    };
    const answer = await asked('/echo?q=1%2F2', {
      method: 'PUT',
      headers: {
        'content-type': 'application/x-thing',
        'idempotency-key': 'k',
        'x-own': 'v',
        'mortise-tenant': owner.tenantId,
      },
      body: 'bytes',
    });
    expect(await answer.text()).toBe('bytes [secret]');
    expect(seen[0]!.url).toBe('/v1/echo?q=1%2F2');
    expect(seen[0]!.headers).toMatchObject({ 'content-type': 'application/x-thing', 'idempotency-key': 'k' });
    expect(seen[0]!.headers.authorization).toMatch(/^Bearer /);
    for (const name of ['cookie', 'x-own', 'mortise-tenant']) expect(seen[0]!.headers[name]).toBeUndefined();
    const got = answer.headers;
    expect([got.get('etag'), got.get('x-ratelimit-remaining')]).toEqual(['"7"', '9']);
    expect(got.get('cache-control')).toBe('private, max-age=60');
    expect(got.get('link')).toContain('access_token=[secret]');
    expect([got.get('set-cookie'), got.get('x-internal')]).toEqual([null, null]);
    expect(got.get('content-security-policy')).toContain('sandbox');
  });

  it('streams: the first bytes are here before the last are sent', async () => {
    let finish = () => {};
    act = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('first\n');
      finish = () => void response.end('last\n');
    };
    const answer = await asked('/events');
    const reader = answer.body!.getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('first\n');
    finish();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('last\n');
    expect((await reader.read()).done).toBe(true);
    expect((await calls())[0]).toMatchObject({ responseBytes: 11, error: null });
  });

  it('keeps no large answer in memory: the provider is read at the pace of the caller', async () => {
    const whole = 64 * 1024 * 1024;
    let sent = 0;
    let stalled = () => {};
    const full = new Promise<void>((resolve) => (stalled = resolve));
    act = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const piece = Buffer.alloc(64 * 1024, 32);
      for (; sent < whole; sent += piece.length) {
        if (response.write(piece)) continue;
        const timer = setTimeout(stalled, 400);
        await once(response, 'drain');
        clearTimeout(timer);
      }
      response.end();
    };
    const answer = await asked('/big');
    await full;
    expect(sent).toBeLessThan(whole / 2);
    let got = 0;
    for await (const chunk of answer.body!) got += (chunk as Uint8Array).length;
    expect(got).toBe(whole);
  });

  it('hangs up at the provider when the caller does, before the answer and in it, and logs both', async () => {
    let gone: Promise<unknown> = Promise.resolve();
    act = (_request, response) => void (gone = once(response, 'close'));
    const early = new AbortController();
    const waiting = asked('/slow', { signal: early.signal }).catch(() => undefined);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    early.abort();
    await Promise.all([gone, waiting]);
    act = (_request, response) => {
      gone = once(response, 'close');
      response.write('some\n');
    };
    const late = new AbortController();
    const answer = await asked('/slow', { signal: late.signal });
    await answer.body!.getReader().read();
    late.abort();
    await gone;
    await vi.waitFor(async () =>
      expect((await calls()).slice(0, 2)).toEqual([
        expect.objectContaining({ status: 200, error: 'aborted', responseBytes: 5 }),
        expect.objectContaining({ status: null, error: 'aborted', attempts: 1 }),
      ]),
    );
  });

  it('takes 10 MiB of any type and no more, and answers HEAD, 204 and 304 without a body', async () => {
    let got = 0;
    act = async (request, response) => {
      got = (await buffer(request)).length;
      response.end('ok');
    };
    const large = Buffer.alloc(10 * 1024 * 1024);
    expect((await asked('/upload', { method: 'POST', body: large })).status).toBe(200);
    expect(got).toBe(large.length);
    const over = await asked('/upload', { method: 'POST', body: Buffer.alloc(large.length + 1) });
    expect(over.status).toBe(413);
    for (const [method, code] of [
      ['HEAD', 200],
      ['DELETE', 204],
      ['GET', 304],
    ] as const) {
      act = (_request, response) => void response.writeHead(code, { etag: '"1"' }).end();
      const answer = await asked('/thing', { method });
      expect([...status(answer), await answer.text()]).toEqual([code, String(code), '']);
    }
    expect(seen.at(-1)!.method).toBe('GET');
  });

  it('asks no other host and no place above the API’s own, whatever the path', async () => {
    const escapes = [
      '//evil.example/',
      '/http://127.0.0.1:1/',
      '/../admin',
      '/a/%2e%2e/%2e%2e/admin',
      '/a%2f..%2fadmin',
      '/a%5c..%5cadmin',
      '/..;/admin',
      `/${'a'.repeat(5_000)}`,
    ];
    for (const path of escapes) expect([path, await raw(base() + path)]).toEqual([path, 400]);
    expect(seen).toHaveLength(0);
    expect(await raw(`${base()}/plain/${'a'.repeat(1_000)}`)).toBe(200);
    expect(seen).toHaveLength(1);
  });

  it('does not let the guard be passed: an integration that points inside is refused', async () => {
    await pointTo('http://169.254.169.254');
    const answer = await asked('/latest/meta-data');
    expect(status(answer)).toEqual([422, null]);
    expect((await calls())[0]).toMatchObject({ status: null, error: 'EGRESS_REFUSED_ADDRESS', attempts: 1 });
  });
});
