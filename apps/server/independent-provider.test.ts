import {
  createIntegration,
  disconnect,
  listConnections,
  readConnection,
  startConnect,
  testConnection,
  type Connection,
} from '@mortise/contract';
import { accountAt, defineProvider, jsonApi, oauth2 } from '@mortise/providers/kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CookieJar } from './testing/cookie-jar.ts';
import { findPort } from './find-port.ts';
import { startOidcServer, type OidcServer } from './testing/start-oidc-server.ts';
import { startTestServer, type TestPerson, type TestServer } from './testing/start-test-server.ts';

// The whole OAuth flow of ours against an authorisation server of somebody else's, over real HTTP on both sides: what
// our emulators and our adapters might misunderstand alike would show here.

const me = { method: 'GET', url: 'op:/me' } as const;
const api = jsonApi({
  rateLimits: { default: { requests: 1_000, perMs: 1_000 } },
  errors: { code: 'error', message: 'error_description' },
});
const auth = oauth2({
  authorizeUrl: 'op:/auth',
  tokenUrl: 'op:/token',
  revokeUrl: 'op:/token/revocation',
  clientAuth: 'basic',
  pkce: true,
  scopes: ['openid', 'offline_access'],
  // OpenID Connect Core 11: there is no refresh token unless the person is asked each time.
  authorizeParams: { prompt: 'consent' },
});
const independent = defineProvider({
  id: 'independent',
  name: 'Independent',
  category: 'other',
  description: 'Exists in tests alone.',
  logo: new URL('./none.svg', import.meta.url),
  docsUrl: 'https://example.test',
  hosts: { op: 'https://op.invalid' },
  auth,
  api,
  test: me,
  account: accountAt({ api, auth }, me, { id: 'sub' }),
  resources: {},
});

let server: TestServer;
let owner: TestPerson;
let oidc: OidcServer;
let integrationId: string;

beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false, providers: [independent] });
  owner = await server.owner();
  oidc = await startOidcServer(`${server.url}/api/integrations/callback/independent`);
}, 60_000);
afterAll(async () => {
  await oidc.close();
  await server.stop();
});
beforeEach(async () => {
  oidc.countAnew();
  integrationId = await addIntegration();
});

async function addIntegration(clientSecret = oidc.client.secret): Promise<string> {
  const made = await owner.client.call(createIntegration, {
    body: {
      provider: 'independent',
      environment: 'live',
      clientId: oidc.client.id,
      clientSecret,
      hosts: { op: oidc.url },
    },
  });
  return made.id;
}

const start = async (id = integrationId): Promise<string> =>
  (
    await owner.client.call(startConnect, {
      params: { provider: 'independent' },
      body: { integrationId: id },
    })
  ).authorizeUrl;

interface Decision {
  account?: string;
  decision?: 'allow' | 'deny';
}

/** A person at the provider: follows its redirects with a browser's cookies, fills its forms in. @returns the callback */
async function consent(authorizeUrl: string, { account = 'ada', decision = 'allow' }: Decision = {}) {
  const browser = new CookieJar();
  let url = new URL(authorizeUrl);
  let form: URLSearchParams | undefined;
  for (let steps = 0; steps < 12; steps += 1) {
    const answer = await browser.fetch(url, form === undefined ? {} : { method: 'POST', body: form });
    const location = answer.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      form = undefined;
      if (url.origin === server.url) return url;
      continue;
    }
    const page = await answer.text();
    const prompt = /data-prompt="(\w+)"/.exec(page)?.[1];
    if (prompt === undefined) throw new Error(`${url.pathname} answered ${answer.status}: ${page}`);
    form = new URLSearchParams(prompt === 'login' ? { account } : { decision });
  }
  throw new Error('The provider does not come to an end');
}

/** The callback in our browser, or in another's. @returns where it is sent on to */
async function comeBack(callback: URL, jar: CookieJar = owner.jar): Promise<URL> {
  const answer = await jar.fetch(callback);
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location')!, server.url);
}

const failure = (landed: URL) => landed.searchParams.get('connect_error');

async function connect(decision: Decision = {}): Promise<string> {
  const landed = await comeBack(await consent(await start(), decision));
  expect(failure(landed)).toBeNull();
  return landed.searchParams.get('connected')!;
}

const read = (id: string): Promise<Connection> => owner.client.call(readConnection, { params: { id } });
const check = (id: string) => owner.client.call(testConnection, { params: { id } });
const lastToken = () => oidc.issued.at(-1)!.refresh_token;

describe('the authorisation server', () => {
  it('is strict: no PKCE, another redirect URI or a client by parameters gets nothing', async () => {
    const authorizeUrl = new URL(await start());
    authorizeUrl.searchParams.delete('code_challenge');
    authorizeUrl.searchParams.delete('code_challenge_method');
    expect((await comeBack(await consent(authorizeUrl.href))).searchParams.get('connect_error')).toBe(
      'provider_refused',
    );
    const elsewhere = new URL(await start());
    elsewhere.searchParams.set('redirect_uri', `${elsewhere.searchParams.get('redirect_uri')}/more`);
    await expect(consent(elsewhere.href)).rejects.toThrow(/answered 400.*redirect_uri/s);
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: oidc.client.id,
      client_secret: oidc.client.secret,
    });
    const answer = await fetch(`${oidc.url}/token`, { method: 'POST', body });
    expect([answer.status, await answer.json()]).toEqual([401, { error: 'invalid_client' }]);
  });
});

describe('connecting', () => {
  it('ends connected, as the account that the provider calls sub, and a call goes through', async () => {
    const id = await connect({ account: 'grace' });
    expect(await read(id)).toMatchObject({ status: 'connected', accountId: 'grace' });
    expect(await check(id)).toMatchObject({ ok: true });
    expect(oidc.refused).toEqual([]);
  });

  it('another account is another connection, the same one again is the same', async () => {
    const [first, second] = [await connect({ account: 'ada' }), await connect({ account: 'grace' })];
    expect(second).not.toBe(first);
    expect(await connect({ account: 'ada' })).toBe(first);
    const { data } = await owner.client.call(listConnections);
    expect(data.filter((one) => one.integrationId === integrationId)).toHaveLength(2);
  });

  it('a callback is good once, and only in the browser that began', async () => {
    const callback = await consent(await start());
    expect(failure(await comeBack(callback))).toBeNull();
    expect(failure(await comeBack(callback))).toBe('state_invalid');

    const stolen = await consent(await start());
    expect(failure(await comeBack(stolen, new CookieJar()))).toBe('other_browser');
    expect(failure(await comeBack(stolen))).toBe('state_invalid');
    // The code that came with a state that did not count was never shown to the provider.
    expect([oidc.issued.length, oidc.refused.length]).toEqual([1, 0]);
  });

  it('a refused consent is told as one', async () => {
    const landed = await comeBack(await consent(await start(), { decision: 'deny' }));
    expect(failure(landed)).toBe('cancelled');
    expect(landed.href).not.toContain('said');
    expect(oidc.issued).toEqual([]);
  });

  it('a wrong client secret is told as a wrong client, an unknown client by the provider itself', async () => {
    const wrong = await addIntegration('not-the-secret');
    expect(failure(await comeBack(await consent(await start(wrong))))).toBe('wrong_client');
    const unknown = new URL(await start());
    unknown.searchParams.set('client_id', 'nobody');
    await expect(consent(unknown.href)).rejects.toThrow(/answered 400.*invalid_client/s);
  });
});

describe('refreshing', () => {
  it('rotates, again and again, and no refresh token is shown twice', async () => {
    const id = await connect();
    for (let round = 1; round <= 3; round += 1) {
      await oidc.expireAccess();
      expect(await check(id)).toMatchObject({ ok: true });
      expect(oidc.issued).toHaveLength(1 + round);
    }
    expect(new Set(oidc.issued.map((one) => one.refresh_token)).size).toBe(4);
    expect([oidc.refused, oidc.revokedGrants()]).toEqual([[], 0]);
  });

  it('is one for all that need it at once, in two processes', async () => {
    const id = await connect();
    const port = await findPort('127.0.0.1', 0, 'MORTISE_PORT');
    const peer = await server.startPeer(port);
    try {
      await oidc.expireAccess();
      const path = `/api/connections/${id}/test`;
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          owner.jar.fetch(`http://127.0.0.1:${n % 2 === 0 ? server.port : port}${path}`, {
            method: 'POST',
            headers: { origin: server.url, 'mortise-tenant': owner.tenantId },
          }),
        ),
      );
      for (const answer of answers) expect(await answer.json()).toMatchObject({ ok: true });
      expect([oidc.issued.length, oidc.refused, oidc.revokedGrants()]).toEqual([2, [], 0]);
    } finally {
      await peer.stop();
    }
  });

  it('with a client secret that is wrong by now fails, says so, and leaves the connection be', async () => {
    const id = await connect();
    const { integrationId: of } = await read(id);
    await oidc.expireAccess();
    await owner.fetch(`/api/integrations/${of}`, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/json',
        origin: server.url,
        'mortise-tenant': owner.tenantId,
        'if-match': (
          await owner.fetch(`/api/integrations/${of}`, { headers: { 'mortise-tenant': owner.tenantId } })
        ).headers.get('etag')!,
      },
      body: JSON.stringify({ clientSecret: 'not-the-secret-any-more' }),
    });
    expect(await check(id)).toMatchObject({ ok: false, fault: 'wrong_client' });
    expect(await read(id)).toMatchObject({ status: 'connected' });
    expect(oidc.revokedGrants()).toBe(0);
  });
});

describe('a refresh token that somebody else used', () => {
  it('ends the grant at the provider, and the connection asks to be connected again, in plain words', async () => {
    const id = await connect();
    const old = lastToken();
    await oidc.expireAccess();
    expect(await check(id)).toMatchObject({ ok: true });

    const theft = await oidc.refresh(old);
    expect([theft.status, await theft.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    expect(oidc.revokedGrants()).toBe(1);

    expect(await check(id)).toMatchObject({ ok: false });
    const { status, reason } = await read(id);
    expect([status, reason]).toEqual([
      'needs_reconnect',
      expect.stringMatching(/^Independent no longer accepts this connection.*Connect the account again\.$/),
    ]);
    expect(await connect()).toBe(id);
    expect(await read(id)).toMatchObject({ status: 'connected', reason: null });
  });
});

describe('disconnecting', () => {
  it('revokes: neither token is honoured any more', async () => {
    const id = await connect();
    const { access_token: accessToken, refresh_token: refreshToken } = oidc.issued.at(-1)!;
    await owner.client.call(disconnect, { params: { id } });
    expect(oidc.revokedGrants()).toBe(1);
    expect(await (await oidc.refresh(refreshToken)).json()).toMatchObject({
      error: 'invalid_grant',
    });
    const asked = await fetch(`${oidc.url}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect(asked.status).toBe(401);
  });
});
