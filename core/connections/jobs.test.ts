import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock } from '../kernel/index.ts';
import { putCredential } from './credential-store.ts';
import { plantConnection } from './testing/connected.ts';
import { addTenant, createRig, type Rig } from './testing/rig.ts';
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
  // The background works for every tenant: what earlier tests have left is not its business here.
  await query('delete from credentials', []);
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

describe('in the background', () => {
  const run = () =>
    rig.jobs.tasks['connections.refresh'].handler({}, { signal: new AbortController().signal });
  const credentials = () =>
    query('select failures, refresh_at, lease_owner from credentials where tenant_id = $1').then(
      ([row]) => row!,
    );

  it('what is due is refreshed ahead of time, of every tenant, and what is not due is left alone', async () => {
    await connected(3_600_000);
    const other = await addTenant(test.db);
    await plantConnection(
      rig,
      other,
      { provider: 'strict', tokens: { ...strict.grant(), expiresAt: inMs(3_600_000) } },
      clock.now(),
    );
    await run();
    expect(strict.refreshes).toBe(0);
    clock.advance(3_600_000 - 15 * 60_000);
    await run();
    expect([strict.refreshes, strict.reuses]).toEqual([2, 0]);
    await run();
    expect(strict.refreshes).toBe(2);
    expect(rig.warnings).toEqual([]);
  });

  it('works off more than one batch in one go', async () => {
    const { connectionId, integrationId } = await plantConnection(
      rig,
      tenantId,
      { provider: 'strict', tokens: { ...strict.grant(), expiresAt: inMs(0) } },
      clock.now(),
    );
    for (let n = 2; n <= 230; n += 1) {
      const id = connectionId.slice(0, -4) + String(n).padStart(4, '0');
      await test.db.tenant(tenantId, async (tx) => {
        await tx.query(
          `insert into connections (tenant_id, id, integration_id, status, account_id, account_name) values ($1, $2, $3, 'connected', $4, 'A')`,
          [tenantId, id, integrationId, String(n)],
        );
        const tokens = { ...strict.grant(), tokenType: 'bearer', expiresAt: inMs(0) };
        await putCredential(tx, rig.vault, tenantId, id, { kind: 'oauth2', tokens }, clock.now());
      });
    }
    await run();
    expect([strict.refreshes, strict.reuses]).toEqual([230, 0]);
  });

  it('beside other processes that do the same each is refreshed once', async () => {
    await connected(60_000);
    const peers = [1, 2].map(() =>
      createRig({
        db: test.db,
        registry: strictRegistry(strict.provider),
        allow: ['127.0.0.1:*'],
        clock,
        leaseMs,
      }),
    );
    clock.advance(45_000);
    const signal = new AbortController().signal;
    await Promise.all([
      run(),
      ...peers.map((peer) => peer.jobs.tasks['connections.refresh'].handler({}, { signal })),
    ]);
    expect([strict.refreshes, strict.reuses]).toEqual([1, 0]);
    for (const peer of peers) peer.stop();
  });

  it('a failure that may pass is put off, longer each time, and a success forgets it', async () => {
    await connected(0);
    strict.before = (path) => (path === '/token' ? { status: 503 } : undefined);
    const waits: number[] = [];
    for (let n = 1; n <= 7; n += 1) {
      await run();
      const row = await credentials();
      expect(row).toMatchObject({ failures: n, lease_owner: null });
      waits.push((row['refresh_at'] as Date).getTime() - clock.now().getTime());
      expect(refreshRequests()).toBe(n);
      await run();
      expect(refreshRequests()).toBe(n);
      clock.advance(waits.at(-1)!);
    }
    expect(waits[0]).toBeGreaterThanOrEqual(30_000);
    expect(waits[0]).toBeLessThanOrEqual(60_000);
    expect(waits.at(-1)).toBe(3_600_000);
    strict.before = undefined;
    await run();
    expect(await credentials()).toMatchObject({ failures: 0 });
    expect(await connectionOf()).toMatchObject({ status: 'connected' });
  });

  it('a refusal for good is marked at once, and not tried again', async () => {
    await connected(60_000);
    strict.revokeAll();
    clock.advance(45_000);
    await run();
    await run();
    expect(refreshRequests()).toBe(1);
    expect(await connectionOf()).toMatchObject({ status: 'needs_reconnect' });
  });

  it('a token that cannot be renewed works until it lapses, and only then has the account to be connected anew', async () => {
    const { accessToken } = strict.grant();
    const given = { provider: 'strict', tokens: { accessToken, expiresAt: inMs(3_600_000) } };
    const { connectionId } = await plantConnection(rig, tenantId, given, clock.now());
    clock.advance(3_600_000 - 10 * 60_000);
    await run();
    expect(await connectionOf()).toMatchObject({ status: 'connected' });
    expect((await (await rig.caller.open(tenantId, connectionId)).call(me)).status).toBe(200);
    clock.advance(10 * 60_000);
    await run();
    expect(await connectionOf()).toMatchObject({ status: 'needs_reconnect' });
  });

  it('stops between two when it must', async () => {
    await connected(0);
    await rig.jobs.tasks['connections.refresh'].handler({}, { signal: AbortSignal.abort() });
    expect(refreshRequests()).toBe(0);
  });
});
