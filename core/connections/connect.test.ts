import { createHash } from 'node:crypto';
import { findProvider, providers } from '@mortise/providers';
import { startSandbox, type Sandbox } from '@mortise/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, FakeClock } from '../kernel/index.ts';
import { addTenant, backend, contextOf, createRig, headerOf, publicUrl, type Rig } from './testing/rig.ts';
import { consent, personOf, takeCookie, type Cookies, type StartOptions } from './testing/person.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

let test: TestDatabase;
let sandbox: Sandbox;
let strict: StrictIdentityProvider;
let clock: FakeClock;
let rig: Rig;
let tenantId: string;
let integrationId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  sandbox = await startSandbox({ port: 0, contactsPerAccount: 3 });
  strict = await startStrictIdentityProvider();
  clock = new FakeClock(new Date());
  const other = strictRegistry(strict.provider);
  const registry = {
    all: [...providers, strict.provider],
    find: (id: string) => other.find(id) ?? findProvider(id),
    sandbox: (id: string) => other.sandbox(id) ?? sandbox.providers.find((one) => one.id === id),
  };
  rig = createRig({ db: test.db, registry, allow: ['127.0.0.1:*'], clock });
});
afterAll(async () => {
  rig.stop();
  await strict.close();
  await sandbox.close();
  await test.drop();
});
beforeEach(async () => {
  strict.before = undefined;
  strict.account = '1';
  tenantId = await addTenant(test.db);
  integrationId = (await rig.addIntegration(tenantId, { provider: 'hubspot', environment: 'sandbox' })).id;
});

const { start, finish, connectOnce } = personOf(() => ({ rig, tenantId, provider: 'hubspot' }));
const errorOf = (url: URL) => url.searchParams.get('connect_error');

/** Connects an account of the strict provider, which consents by itself. */
async function strictly(more: StartOptions = {}): Promise<URL> {
  const { authorizeUrl, cookies } = await start({ ...more, provider: 'strict' });
  const answer = await fetch(authorizeUrl, { redirect: 'manual' });
  return finish(new URL(answer.headers.get('location')!), cookies, 'strict');
}

const rows = (sql: string, values: unknown[] = [tenantId]) => test.db.engine((tx) => tx.query(sql, values));
const connectionRows = () =>
  rows('select id, account_id, status, reason, scopes from connections where tenant_id = $1 order by id');
const accountsOf = async () => {
  const answer = await fetch(`${sandbox.url}/_control`);
  const told = (await answer.json()) as { providers: { id: string; accounts: { id: string }[] }[] };
  return told.providers.find((one) => one.id === 'hubspot')!.accounts.map((one) => one.id);
};

describe('connecting an account', () => {
  it('ends connected: credential sealed, event and audit entry with the trace of the start, in one commit', async () => {
    const back = await connectOnce({ body: { returnTo: '/somewhere?tab=2#part' } });
    expect(back.pathname + back.hash).toBe('/somewhere#part');
    expect(back.searchParams.get('tab')).toBe('2');
    const [connection] = await connectionRows();
    expect(bareId('connection', back.searchParams.get('connected')!)).toBe(connection!['id']);
    expect(connection).toMatchObject({ status: 'connected', account_id: (await accountsOf())[0] });
    const trace = await rows(
      `select e.type, a.action, a.actor_name, e.trace_id = a.trace_id and e.xmin = a.xmin as together
         from events e join audit_entries a on a.tenant_id = e.tenant_id and a.action = e.type where e.tenant_id = $1`,
    );
    expect(trace).toEqual([
      { type: 'connection.created', action: 'connection.created', actor_name: 'Ada', together: true },
    ]);
    const open = await rig.caller.open(tenantId, String(connection!['id']));
    expect((await open.call(open.provider.test)).status).toBe(200);
  });

  it('remembers the scopes that were asked for when the reply names none (RFC 6749 5.1)', async () => {
    await rig.addIntegration(tenantId, { provider: 'strict', environment: 'sandbox' });
    await strictly();
    expect((await connectionRows())[0]).toMatchObject({ scopes: ['read'] });
  });

  it('the same account again is the same connection: it keeps its id and its syncs, and works again', async () => {
    const id = bareId('connection', (await connectOnce()).searchParams.get('connected')!);
    await rows(
      `insert into syncs (tenant_id, id, connection_id, resource, status) values ($1, gen_random_uuid(), $2, 'contacts', 'active')`,
      [tenantId, id],
    );
    await rows(`update connections set status = 'needs_reconnect', reason = 'x' where tenant_id = $1`);
    const again = await connectOnce({ body: { reconnect: `conn_${'0'.repeat(26)}` } }).catch(
      (error: unknown) => error,
    );
    expect(again).toMatchObject({ code: 'not_found' });
    expect(bareId('connection', (await connectOnce()).searchParams.get('connected')!)).toBe(id);
    expect(await connectionRows()).toMatchObject([{ id, status: 'connected', reason: null }]);
    expect(await rows('select from syncs where tenant_id = $1')).toHaveLength(1);
    expect(
      (await rows(`select type from events where tenant_id = $1 order by id`)).map((one) => one['type']),
    ).toEqual(['connection.created', 'connection.reconnected']);
  });

  it('another account on a reconnect is refused and changes nothing; without it, it is a second connection', async () => {
    const [first, second] = await accountsOf();
    const id = (await connectOnce({}, first)).searchParams.get('connected')!;
    const before = await rows('select version, sealed from credentials where tenant_id = $1');
    expect(errorOf(await connectOnce({ body: { reconnect: id } }, second))).toBe('wrong_account');
    expect(await connectionRows()).toHaveLength(1);
    expect(await rows('select version, sealed from credentials where tenant_id = $1')).toEqual(before);
    expect((await connectOnce({}, second)).searchParams.get('connected')).not.toBe(id);
    expect(await connectionRows()).toHaveLength(2);
  });

  it('another account on a reconnect loses at once what it was given, unless it is connected by itself', async () => {
    await rig.addIntegration(tenantId, { provider: 'strict', environment: 'sandbox' });
    const revoked = () => strict.seen.filter(({ path }) => path === '/revoke').length;
    const id = (await strictly()).searchParams.get('connected')!;
    strict.account = '2';
    const before = revoked();
    expect(errorOf(await strictly({ body: { reconnect: id } }))).toBe('wrong_account');
    expect(revoked()).toBe(before + 1);
    const second = (await strictly()).searchParams.get('connected')!;
    expect(errorOf(await strictly({ body: { reconnect: id } }))).toBe('wrong_account');
    expect(revoked()).toBe(before + 1);
    const open = await rig.caller.open(tenantId, bareId('connection', second));
    expect((await open.call({ method: 'GET', url: 'api:/me' })).status).toBe(200);
  });

  it('says which integration when there are several, and does not take one of another tenant', async () => {
    await rig.addIntegration(tenantId, { provider: 'hubspot', environment: 'sandbox' });
    await expect(start()).rejects.toMatchObject({ code: 'unprocessable' });
    const stranger = await addTenant(test.db);
    await expect(start({ tenant: stranger, body: { integrationId } })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(start({ provider: 'strict', body: { integrationId } })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the state', () => {
  it('lapses after ten minutes', async () => {
    const { authorizeUrl, cookies } = await start();
    const callback = await consent(authorizeUrl);
    clock.advance(10 * 60_000 + 1);
    expect(errorOf(await finish(callback, cookies))).toBe('state_invalid');
    expect(await connectionRows()).toEqual([]);
  });

  it('is bound to the browser that began, and a try from another uses it up', async () => {
    const { authorizeUrl, cookies } = await start();
    const callback = await consent(authorizeUrl);
    const { cookies: stranger } = await start();
    expect(errorOf(await finish(callback, stranger))).toBe('other_browser');
    expect(errorOf(await finish(callback, cookies))).toBe('state_invalid');
    const second = await start();
    expect(errorOf(await finish(await consent(second.authorizeUrl), new Map()))).toBe('other_browser');
    expect(await connectionRows()).toEqual([]);
  });

  it('is bound to its provider', async () => {
    const { authorizeUrl, cookies } = await start();
    expect(errorOf(await finish(await consent(authorizeUrl), cookies, 'strict'))).toBe('state_invalid');
  });

  it('serves its own tenant, whoever brings the callback', async () => {
    const other = await addTenant(test.db);
    await connectOnce();
    expect(await rows('select from connections where tenant_id = $1', [other])).toEqual([]);
    expect(await connectionRows()).toHaveLength(1);
  });

  it('is unknown when it was made up, and a callback without one harms nothing', async () => {
    expect(errorOf(await finish(new URL('http://x/?state=made-up&code=1'), new Map()))).toBe('state_invalid');
    expect(errorOf(await finish(new URL('http://x/?code=1'), new Map()))).toBe('state_invalid');
  });

  it('lets no window disturb the other: one browser has two under way', async () => {
    const first = await start();
    const second = await start({ cookies: first.cookies });
    const callback = await consent(first.authorizeUrl);
    expect(errorOf(await finish(await consent(second.authorizeUrl), first.cookies))).toBeNull();
    expect(errorOf(await finish(callback, first.cookies))).toBeNull();
  });

  it('keeps neither itself nor the verifier in the open', async () => {
    const { authorizeUrl } = await start();
    const state = new URL(authorizeUrl).searchParams.get('state')!;
    const [row] = await rows(
      'select state_hash, sealed, to_json(s)::text as whole from oauth_states s where tenant_id = $1',
    );
    expect(row!['state_hash']).toEqual(createHash('sha256').update(state).digest());
    expect(String(row!['whole'])).not.toContain(state);
    const opened = await test.db.tenant(tenantId, (tx) =>
      rig.vault.open(
        tx,
        {
          tenantId,
          table: 'oauth_states',
          row: (row!['state_hash'] as Buffer).toString('hex'),
          field: 'sealed',
        },
        row!['sealed'] as Buffer,
      ),
    );
    const { verifier } = JSON.parse(opened) as { verifier: string };
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
      new URL(authorizeUrl).searchParams.get('code_challenge'),
    );
    expect((row!['sealed'] as Buffer).includes(verifier)).toBe(false);
    expect(authorizeUrl).not.toContain(verifier);
  });

  it('goes with its integration', async () => {
    const { authorizeUrl, cookies } = await start();
    const callback = await consent(authorizeUrl);
    await rig.routes.remove(contextOf(tenantId), {
      params: { id: integrationId },
      query: undefined,
      body: undefined,
    });
    expect(errorOf(await finish(callback, cookies))).toBe('state_invalid');
  });
});

describe('what goes wrong', () => {
  it('a cancelled consent is told as such', async () => {
    const { authorizeUrl, cookies } = await start();
    expect(errorOf(await finish(await consent(authorizeUrl, 'deny'), cookies))).toBe('cancelled');
    expect(await connectionRows()).toEqual([]);
  });

  it.each([
    ['unauthorized_client', 'wrong_client'],
    ['temporarily_unavailable', 'provider_unavailable'],
    ['<b>You won</b> call 555', 'provider_refused'],
  ])('the error %s is told as %s, and nothing that the provider says is passed on', async (error, told) => {
    const { authorizeUrl, cookies } = await start();
    const state = new URL(authorizeUrl).searchParams.get('state')!;
    const query = new URLSearchParams({
      state,
      error,
      error_description: 'Call 555',
      error_uri: 'https://evil.test',
    });
    const end = await finish(new URL(`http://x/?${query.toString()}`), cookies);
    expect(errorOf(end)).toBe(told);
    expect(new Set(end.searchParams.keys())).toEqual(new Set(['connect_error', 'provider']));
    expect(end.href).not.toMatch(/won|555|evil/i);
  });

  it('a wrong client secret is wrong_client', async () => {
    const { client } = sandbox.providers.find(({ id }) => id === 'hubspot')!;
    const body = {
      provider: 'hubspot',
      environment: 'sandbox' as const,
      clientId: client.id,
      clientSecret: 'not-the-secret',
    };
    const { id } = await rig.addIntegration(tenantId, body);
    expect(errorOf(await connectOnce({ body: { integrationId: id } }))).toBe('wrong_client');
  });

  it('a permission that is missing is not called a wrong client', async () => {
    await rig.addIntegration(tenantId, { provider: 'strict', environment: 'sandbox' });
    strict.before = (path) =>
      path === '/me' ? { status: 403, body: { error: { message: 'scope missing' } } } : undefined;
    expect(errorOf(await strictly())).toBe('forbidden');
    expect(await connectionRows()).toEqual([]);
  });

  it('a provider that is away or answers nonsense is provider_unavailable', async () => {
    await rig.addIntegration(tenantId, { provider: 'strict', environment: 'sandbox' });
    strict.before = (path) => (path === '/token' ? { status: 503 } : undefined);
    expect(errorOf(await strictly())).toBe('provider_unavailable');
    strict.before = (path) => (path === '/token' ? { status: 200, body: 'nonsense' } : undefined);
    expect(errorOf(await strictly())).toBe('provider_unavailable');
    expect(await connectionRows()).toEqual([]);
  });

  it('a client that was taken out of the settings meanwhile is wrong_client', async () => {
    const { client, hosts } = sandbox.providers.find(({ id }) => id === 'hubspot')!;
    const body = {
      provider: 'hubspot',
      environment: 'live' as const,
      clientId: client.id,
      clientSecret: client.secret,
      hosts,
    };
    const { id } = await rig.addIntegration(tenantId, body);
    const { authorizeUrl, cookies } = await start({ body: { integrationId: id } });
    const callback = await consent(authorizeUrl);
    const change = { params: { id }, query: undefined, body: { clientSecret: null } };
    await rig.routes.update(contextOf(tenantId), change);
    expect(errorOf(await finish(callback, cookies))).toBe('wrong_client');
    await expect(start({ body: { integrationId: id } })).rejects.toMatchObject({ code: 'unprocessable' });
  });
});

describe('a link that a backend asked for', () => {
  const stateOf = (url: string) => new URL(url).pathname.split('/').at(-1)!;

  async function open(authorizeUrl: string, cookies: Cookies): Promise<URL> {
    const answer = await rig.connect.open(contextOf('00000000-0000-0000-0000-000000000000', { cookies }), {
      params: { state: stateOf(authorizeUrl) },
      query: undefined,
      body: undefined,
    });
    takeCookie(cookies, answer);
    return new URL(headerOf(answer, 'location'), publicUrl);
  }

  it('is ours, marks the browser that opens it, and leads to the provider and to a connection', async () => {
    const { authorizeUrl, cookies: ofTheBackend } = await start({ actor: backend });
    expect(authorizeUrl).toMatch(/^http:\/\/mortise\.test\/api\/integrations\/authorize\/[\w-]{43}$/);
    expect(ofTheBackend.size).toBe(0);
    const cookies: Cookies = new Map();
    const consentPage = await open(authorizeUrl, cookies);
    expect(consentPage.origin).toBe(sandbox.url);
    const end = await finish(await consent(consentPage.href), cookies);
    expect(end.searchParams.get('connected')).toMatch(/^conn_/);
    expect(
      await rows('select actor_kind from audit_entries where tenant_id = $1 and action = $2', [
        tenantId,
        'connection.created',
      ]),
    ).toEqual([{ actor_kind: 'operator' }]);
  });

  it('belongs to the first browser: it may open it twice, another may not at all', async () => {
    const { authorizeUrl } = await start({ actor: backend });
    const [first, second]: [Cookies, Cookies] = [new Map(), new Map()];
    const consentPage = await open(authorizeUrl, first);
    expect((await open(authorizeUrl, first)).href).toBe(consentPage.href);
    expect(errorOf(await open(authorizeUrl, second))).toBe('other_browser');
    expect(errorOf(await finish(await consent(consentPage.href), first))).toBeNull();
  });

  it('of two browsers that open it at once one is sent on', async () => {
    const { authorizeUrl } = await start({ actor: backend });
    const ends = await Promise.all([1, 2, 3].map(() => open(authorizeUrl, new Map())));
    expect(ends.filter((end) => end.origin === sandbox.url)).toHaveLength(1);
  });

  it('cannot be finished by a browser that has not opened it', async () => {
    const { authorizeUrl } = await start({ actor: backend });
    const state = stateOf(authorizeUrl);
    const callback = new URL(`http://x/?state=${state}&code=anything`);
    expect(errorOf(await finish(callback, (await start()).cookies))).toBe('other_browser');
    expect(errorOf(await open(authorizeUrl, new Map()))).toBe('state_invalid');
  });

  it('lapses, and one that was made up is refused', async () => {
    const { authorizeUrl } = await start({ actor: backend });
    clock.advance(10 * 60_000 + 1);
    expect(errorOf(await open(authorizeUrl, new Map()))).toBe('state_invalid');
    expect(errorOf(await open(`http://x/${'a'.repeat(43)}`, new Map()))).toBe('state_invalid');
  });
});

describe('the way back', () => {
  it.each(['//evil.test', '/\\evil.test', '/.//evil.test', 'https:evil'])('is never %j', async (returnTo) => {
    await expect(start({ body: { returnTo } })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('the cookie', () => {
  it('is out of reach of scripts, sent only to where it is needed, and never one that somebody else chose', async () => {
    const answer = await rig.connect.start(
      contextOf(tenantId, { cookies: new Map([['mortise_connect', 'chosen; Domain=evil']]) }),
      {
        params: { provider: 'hubspot' },
        query: undefined,
        body: {},
      },
    );
    expect(headerOf(answer, 'set-cookie')).toMatch(
      /^mortise_connect=[\w-]{43}; Path=\/api\/integrations; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });
});
