import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock } from '../kernel/index.ts';
import { ProviderCallError } from './caller.ts';
import { putCredential } from './credential-store.ts';
import { disconnectConnection } from './disconnect.ts';
import { plantConnection } from './testing/connected.ts';
import { startRefreshing, type RefreshingProcess } from './testing/processes.ts';
import { addTenant, contextOf, createRig, type Rig } from './testing/rig.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

const me = { method: 'GET', url: 'api:/me' } as const;
const leaseMs = 1_500;

let test: TestDatabase;
let strict: StrictIdentityProvider;
let clock: FakeClock;
let rig: Rig;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  strict = await startStrictIdentityProvider();
  clock = new FakeClock(new Date());
  rig = createRig({
    db: test.db,
    registry: strictRegistry(strict.provider),
    allow: ['127.0.0.1:*'],
    clock,
    leaseMs,
  });
  tenantId = await addTenant(test.db);
});
afterEach(async () => {
  rig.stop();
  await strict.close();
});

const inMs = (ms: number) => new Date(clock.now().getTime() + ms);

/** @param lifeMs how long its access token still lives */
async function connected(lifeMs: number, tokens = strict.grant()): Promise<string> {
  const given = { provider: 'strict', tokens: { ...tokens, expiresAt: inMs(lifeMs) } };
  return (await plantConnection(rig, tenantId, given, clock.now())).connectionId;
}

const query = (sql: string, values: unknown[] = [tenantId]) => test.db.engine((tx) => tx.query(sql, values));
const connectionOf = async () =>
  (await query('select status, reason from connections where tenant_id = $1'))[0];
const refreshRequests = () =>
  strict.seen.filter((one) => one.form.get('grant_type') === 'refresh_token').length;

/** Holds the token endpoint's answer back. @returns how to let it go, and when it has been asked */
function holdTokenEndpoint(): { asked: Promise<void>; release: () => void } {
  let release = () => {};
  let arrived = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const asked = new Promise<void>((resolve) => (arrived = resolve));
  strict.before = async (path) => {
    if (path !== '/token') return undefined;
    strict.before = undefined;
    arrived();
    await gate;
    return undefined;
  };
  return { asked, release };
}

describe('a token', () => {
  it('that is fresh is used as it is', async () => {
    const open = await rig.caller.open(tenantId, await connected(3_600_000));
    await open.call(me);
    expect(refreshRequests()).toBe(0);
  });

  it('that lapses within a minute is refreshed before it is used, once for all callers of the process', async () => {
    const id = await connected(3_600_000);
    clock.advance(3_600_000 - 59_000);
    const opens = await Promise.all(Array.from({ length: 20 }, () => rig.caller.open(tenantId, id)));
    const answers = await Promise.all(opens.map((open) => open.call(me)));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect([strict.refreshes, strict.reuses]).toEqual([1, 0]);
  });

  it('that lives a few seconds only is still used, and not refreshed for every call', async () => {
    strict.accessSeconds = 30;
    const open = await rig.caller.open(tenantId, await connected(0));
    for (let n = 0; n < 5; n += 1) await open.call(me);
    expect(strict.refreshes).toBe(1);
    clock.advance(26_000);
    await open.call(me);
    expect(strict.refreshes).toBe(2);
  });

  it('that somebody else has renewed is taken over, and renewed again when that one too has lapsed since', async () => {
    const id = await connected(3_600_000);
    const idle = await rig.caller.open(tenantId, id);
    const busy = await rig.caller.open(tenantId, id);
    clock.advance(3_600_000);
    await busy.call(me);
    clock.advance(3_600_000);
    // What `idle` finds in place of its own has lapsed as well; used as it is, it would look like a refusal for good.
    expect((await idle.call(me)).status).toBe(200);
    expect([strict.refreshes, strict.reuses]).toEqual([2, 0]);
    expect(await connectionOf()).toMatchObject({ status: 'connected' });
  });
});

describe('a refusal', () => {
  it('by 401 is answered with one refresh and a second try', async () => {
    const open = await rig.caller.open(tenantId, await connected(3_600_000));
    strict.expireAccess();
    expect((await open.call(me)).status).toBe(200);
    expect(strict.refreshes).toBe(1);
  });

  it('by 401 even of the fresh token means that the account has to be connected anew', async () => {
    const open = await rig.caller.open(tenantId, await connected(3_600_000));
    strict.before = (path) => (path === '/me' ? { status: 401 } : undefined);
    const error = await open.call(me).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderCallError);
    expect(error).toMatchObject({ needsReconnect: true });
    expect(await connectionOf()).toMatchObject({
      status: 'needs_reconnect',
      reason: expect.stringContaining('Connect the account again'),
    });
    await expect(rig.caller.open(tenantId, open.connectionId)).rejects.toMatchObject({
      code: 'needs_reconnect',
    });
  });

  it('of the refresh for good is told once, with event and audit entry in one commit', async () => {
    const id = await connected(0);
    const opens = await Promise.all([1, 2, 3].map(() => rig.caller.open(tenantId, id)));
    strict.revokeAll();
    const ends = await Promise.allSettled(opens.map((open) => open.call(me)));
    for (const end of ends)
      expect(end).toMatchObject({ status: 'rejected', reason: { needsReconnect: true } });
    const told = await query(
      `select e.type, e.data->>'reason' as reason, e.xmin = a.xmin and e.xmin = c.xmin as together
         from events e join audit_entries a on a.tenant_id = e.tenant_id and a.action = e.type
         join connections c on c.tenant_id = e.tenant_id where e.tenant_id = $1`,
    );
    expect(told).toEqual([
      {
        type: 'connection.needs_reconnect',
        reason: expect.stringContaining('Connect the account again'),
        together: true,
      },
    ]);
    expect(await query('select refresh_at from credentials where tenant_id = $1')).toEqual([
      { refresh_at: null },
    ]);
  });

  it('that may pass is an error and marks nothing; the next call tries again', async () => {
    const open = await rig.caller.open(tenantId, await connected(0));
    strict.before = (path) => (path === '/token' ? { status: 503 } : undefined);
    await expect(open.call(me)).rejects.toMatchObject({
      needsReconnect: false,
      problem: { kind: 'provider_error' },
    });
    strict.before = (path) =>
      path === '/token' ? { status: 401, body: { error: 'invalid_client' } } : undefined;
    await expect(open.call(me)).rejects.toMatchObject({
      needsReconnect: false,
      problem: { kind: 'forbidden' },
    });
    expect(await connectionOf()).toMatchObject({ status: 'connected' });
    strict.before = undefined;
    expect((await open.call(me)).status).toBe(200);
  });

  it('never repeats a secret, neither in the message nor in its causes', async () => {
    const tokens = strict.grant();
    const open = await rig.caller.open(tenantId, await connected(3_600_000, tokens));
    strict.revokeAll();
    strict.before = (path, form) =>
      path === '/token'
        ? {
            status: 400,
            body: {
              error: 'temporarily',
              error_description: `no: ${form.get('refresh_token')} ${form.get('client_secret')}`,
            },
          }
        : undefined;
    const refused = await open.call(me).catch((thrown: unknown) => thrown);
    strict.before = (path) =>
      path === '/me' ? { status: 400, body: { error: { message: `bad ${tokens.accessToken}` } } } : undefined;
    const bad = await open.call(me).catch((thrown: unknown) => thrown);
    expect((refused as Error).message).toContain('[secret]');
    expect((bad as Error).message).toBe('bad [secret]');
    for (let error: unknown = refused; error !== undefined; error = (error as Error).cause) {
      const whole = JSON.stringify(error, Object.getOwnPropertyNames(error));
      for (const secret of [tokens.accessToken, tokens.refreshToken, 'strict-client-secret'])
        expect(whole).not.toContain(secret);
    }
  });
});

describe('while the token endpoint is asked', () => {
  it('no transaction is open and no connection of the pool is held', async () => {
    const open = await rig.caller.open(tenantId, await connected(0));
    const { asked, release } = holdTokenEndpoint();
    const call = open.call(me);
    await asked;
    expect(test.db.pool.idleCount).toBe(test.db.pool.totalCount);
    release();
    await call;
  });

  it('a person who connects anew wins: the refresh stores nothing, and its refusal marks nothing', async () => {
    for (const refused of [false, true]) {
      const id = await connected(0);
      const open = await rig.caller.open(tenantId, id);
      const { asked, release } = holdTokenEndpoint();
      const call = open.call(me);
      await asked;
      const anew = strict.grant();
      if (refused) strict.revokeAll();
      const tokens = {
        ...(refused ? strict.grant() : anew),
        tokenType: 'bearer',
        expiresAt: inMs(3_600_000),
      };
      await test.db.tenant(tenantId, (tx) =>
        putCredential(tx, rig.vault, tenantId, id, { kind: 'oauth2', tokens }, clock.now()),
      );
      release();
      expect((await call).status).toBe(200);
      expect(strict.seen.at(-1)?.authorization).toBe(`Bearer ${tokens.accessToken}`);
      expect(await query('select status from connections where id = $1', [id])).toEqual([
        { status: 'connected' },
      ]);
    }
  });

  it('a disconnection wins: the caller is told, and the tokens that came too late are revoked', async () => {
    const id = await connected(0);
    const open = await rig.caller.open(tenantId, id);
    const { asked, release } = holdTokenEndpoint();
    const call = open.call(me);
    await asked;
    strict.before = (path) => (path === '/revoke' ? { status: 200 } : undefined);
    await disconnectConnection(rig, contextOf(tenantId), id, 'keep');
    release();
    await expect(call).rejects.toMatchObject({
      code: 'needs_reconnect',
      message: 'The account was disconnected.',
    });
    const revoked = strict.seen.filter((one) => one.path === '/revoke').map((one) => one.form.get('token'));
    expect(new Set(revoked).size).toBe(2);
    expect(await query('select from credentials where tenant_id = $1')).toEqual([]);
  });

  it('a disconnection and a new connection win too, though the row has begun anew', async () => {
    const id = await connected(0);
    const open = await rig.caller.open(tenantId, id);
    const { asked, release } = holdTokenEndpoint();
    const call = open.call(me);
    await asked;
    const tokens = { ...strict.grant(), tokenType: 'bearer', expiresAt: inMs(3_600_000) };
    await test.db.tenant(tenantId, async (tx) => {
      await tx.query('delete from credentials where tenant_id = $1', [tenantId]);
      await putCredential(tx, rig.vault, tenantId, id, { kind: 'oauth2', tokens }, clock.now());
    });
    release();
    await call;
    expect(strict.seen.at(-1)?.authorization).toBe(`Bearer ${tokens.accessToken}`);
  });

  it('a caller may give up without disturbing the others', async () => {
    const id = await connected(0);
    const [first, second] = await Promise.all([rig.caller.open(tenantId, id), rig.caller.open(tenantId, id)]);
    const { asked, release } = holdTokenEndpoint();
    const giving = new AbortController();
    const calls = [first.call(me, { signal: giving.signal }), second.call(me)] as const;
    await asked;
    giving.abort(new Error('enough'));
    await expect(calls[0]).rejects.toThrow('enough');
    release();
    expect((await calls[1]).status).toBe(200);
    expect(strict.refreshes).toBe(1);
  });
});

describe('over processes', () => {
  const processes: RefreshingProcess[] = [];
  afterEach(async () => {
    for (const one of processes.splice(0)) await one.kill();
  });
  async function spawnOne(way: 'courier' | 'here' = 'courier') {
    const where = { databaseUrl: test.url, providerUrl: strict.url, tenantId, leaseMs };
    const one = await startRefreshing(where, way);
    processes.push(one);
    return one;
  }

  it('three that need it at once refresh once, again and again, and no token is ever used twice', async () => {
    const id = await connected(0);
    await Promise.all([1, 2, 3].map(() => spawnOne()));
    for (let round = 1; round <= 5; round += 1) {
      const answers = await Promise.all(processes.map((one) => one.call(id)));
      expect(answers).toEqual(Array(3).fill('ok 200 200 200'));
      expect([strict.refreshes, strict.reuses]).toEqual([round, 0]);
      await query("update credentials set expires_at = now() - interval '1 minute' where tenant_id = $1");
    }
  });

  it('one that is killed while it holds the lease itself leaves it to lapse, and another goes on', async () => {
    const id = await connected(0);
    const [first, second] = await Promise.all([spawnOne('here'), spawnOne('here')]);
    const { asked, release } = holdTokenEndpoint();
    // Dies before the provider has carried it out: it is asked, and the answer is never made.
    strict.before = ((hold) => async (path: string, form: URLSearchParams) => {
      if (path !== '/token') return undefined;
      await hold!(path, form);
      return { status: 500 };
    })(strict.before);
    void first.call(id);
    await asked;
    const [held] = await query('select lease_until > now() as held from credentials where tenant_id = $1');
    expect(held).toEqual({ held: true });
    await first.kill();
    strict.before = undefined;
    release();
    const startedAt = Date.now();
    expect(await second.call(id)).toBe('ok 200 200 200');
    expect(Date.now() - startedAt).toBeGreaterThan(leaseMs / 3);
    expect([strict.refreshes, strict.reuses]).toEqual([1, 0]);
  });
});
