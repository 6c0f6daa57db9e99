import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, FakeClock, publicId } from '../kernel/index.ts';
import { disconnectConnection } from './disconnect.ts';
import { personOf, type Cookies } from './testing/person.ts';
import { addTenant, backend, contextOf, createRig, headerOf, publicUrl, type Rig } from './testing/rig.ts';
import {
  defineStrict,
  startStrictIdentityProvider,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

let test: TestDatabase;
let strict: StrictIdentityProvider;
let clock: FakeClock;
let rig: Rig;
let tenantId: string;
let port: string;

beforeAll(async () => {
  test = await createTestDatabase();
  strict = await startStrictIdentityProvider();
  clock = new FakeClock(new Date());
  port = new URL(strict.url).port;
  const plain = defineStrict('http://127.0.0.1:{port}');
  if (plain.auth.kind !== 'oauth2') throw new Error('The strict provider is one of OAuth');
  const field = { name: 'port', label: 'Port', secret: false, required: true, pattern: '\\d{2,5}' };
  // Without a pattern of its own, as a provider may forget it.
  const bare = { name: 'portal', label: 'Portal', secret: false, required: true };
  const provider = { ...plain, auth: { ...plain.auth, inputs: [field] } };
  const careless = {
    ...plain,
    id: 'careless',
    hosts: { api: 'http://{portal}' },
    auth: { ...plain.auth, inputs: [bare] },
  };
  const client = { id: 'strict-client', secret: 'strict-client-secret' };
  rig = createRig({
    db: test.db,
    clock,
    allow: ['127.0.0.1:*'],
    registry: {
      all: [provider, careless],
      find: (id) => [provider, careless].find((one) => one.id === id),
      sandbox: (id) => (id === 'strict' ? { hosts: { api: strict.url }, client } : undefined),
    },
  });
});
afterAll(async () => {
  rig.stop();
  await strict.close();
  await test.drop();
});
beforeEach(async () => {
  strict.seen.length = 0;
  tenantId = await addTenant(test.db);
  await rig.addIntegration(tenantId, { ...live, provider: 'strict' });
});

const live = {
  environment: 'live',
  clientId: 'strict-client',
  clientSecret: 'strict-client-secret',
} as const;
const { start, finish } = personOf(() => ({ rig, tenantId, provider: 'strict' }));
const me = { method: 'GET', url: 'api:/me' } as const;
const rows = (sql: string) => test.db.engine((tx) => tx.query(sql, [tenantId]));

async function goThrough(authorizeUrl: string, cookies: Cookies): Promise<URL> {
  const answer = await fetch(authorizeUrl, { redirect: 'manual' });
  return finish(new URL(answer.headers.get('location')!), cookies);
}
async function connected(body: object): Promise<string> {
  const { authorizeUrl, cookies } = await start({ body });
  return bareId('connection', (await goThrough(authorizeUrl, cookies)).searchParams.get('connected')!);
}

describe('what is asked before the consent page', () => {
  it('decides where the consent page, the token endpoint, every call and every refresh are', async () => {
    const id = await connected({ inputs: { port: ` ${port} ` } });
    const open = await rig.caller.open(tenantId, id);
    expect((await open.call(me)).status).toBe(200);
    for (const round of [1, 2]) {
      strict.expireAccess();
      const renewed = await rig.caller.open(tenantId, id);
      expect([round, (await renewed.call(me)).status]).toEqual([round, 200]);
    }
    await rows(`update credentials set refresh_at = now() - interval '1 day' where tenant_id = $1`);
    const before = strict.refreshes;
    await rig.jobs.tasks['connections.refresh'].handler({}, { signal: AbortSignal.timeout(10_000) });
    expect(strict.refreshes).toBe(before + 1);
    expect((await (await rig.caller.open(tenantId, id)).call(me)).status).toBe(200);
    expect(await disconnectConnection(rig, contextOf(tenantId), id, 'keep')).toBe(true);
  });

  it.each([
    ['is missing', {}],
    ['is missing altogether', undefined],
    ['does not match', { port: '80/@evil.example' }],
  ])('is refused by its field when it %s', async (_name, inputs) => {
    await expect(start({ body: { inputs } })).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'body.inputs.port' }],
    });
    expect(await rows('select from oauth_states where tenant_id = $1')).toEqual([]);
  });

  it('cannot lead out of its host where the provider has no pattern, nor to where no call may go', async () => {
    await rig.addIntegration(tenantId, { ...live, provider: 'careless' });
    const attempt = (portal: string) => start({ provider: 'careless', body: { inputs: { portal } } });
    for (const portal of ['a.example/x', 'a.example:1', 'u@a.example', 'a.example?', 'a.example#'])
      await expect(attempt(portal)).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(attempt('169.254.169.254')).rejects.toMatchObject({ code: 'unprocessable' });
    expect((await attempt('a.example')).authorizeUrl).toMatch(/^http:\/\/a\.example\/authorize/);
  });

  it('need not be known where an address of its own stands in: the sandbox asks for nothing', async () => {
    const { id } = await rig.addIntegration(tenantId, { provider: 'strict', environment: 'sandbox' });
    const { authorizeUrl } = await start({ body: { integrationId: id } });
    expect(new URL(authorizeUrl).port).toBe(port);
  });

  it('is remembered for a reconnect, and asked anew once the account was disconnected', async () => {
    const id = await connected({ inputs: { port } });
    const reconnect = publicId('connection', id);
    expect(await connected({ reconnect })).toBe(id);
    expect((await (await rig.caller.open(tenantId, id)).call(me)).status).toBe(200);
    await disconnectConnection(rig, contextOf(tenantId), id, 'keep');
    await expect(start({ body: { reconnect } })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('goes along with the link that a backend passes on', async () => {
    const { authorizeUrl } = await start({ actor: backend, body: { inputs: { port } } });
    expect(authorizeUrl).toMatch(`${publicUrl}/api/integrations/authorize/`);
    const state = authorizeUrl.split('/').at(-1)!;
    const input = { params: { state }, query: undefined, body: undefined };
    const answer = await rig.connect.open(contextOf(tenantId), input);
    expect(new URL(headerOf(answer, 'location')).port).toBe(port);
  });

  it('lies sealed with the state and with the credential', async () => {
    await start({ body: { inputs: { port } } });
    const [state] = await rows('select sealed from oauth_states where tenant_id = $1');
    expect((state!['sealed'] as Buffer).includes(port)).toBe(false);
    await connected({ inputs: { port } });
    const [connection] = await rows('select metadata from connections where tenant_id = $1');
    expect(connection).toEqual({ metadata: {} });
  });
});
