import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, publicId } from '../kernel/index.ts';
import { accountRoutes } from './account-routes.ts';
import { readStatusHandler } from './read-status.ts';
import { plantConnection } from './testing/connected.ts';
import { addTenant, bodyOf, contextOf, createRig, type Rig } from './testing/rig.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

let test: TestDatabase;
let strict: StrictIdentityProvider;
let clock: FakeClock;
let rig: Rig;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  strict = await startStrictIdentityProvider();
  clock = new FakeClock(new Date());
  rig = createRig({ db: test.db, registry: strictRegistry(strict.provider), allow: ['127.0.0.1:*'], clock });
});
afterAll(async () => {
  rig.stop();
  await strict.close();
  await test.drop();
});
beforeEach(async () => {
  strict.before = undefined;
  tenantId = await addTenant(test.db);
});

const plant = async () => {
  const tokens = { ...strict.grant(), expiresAt: new Date(clock.now().getTime() + 3_600_000) };
  return plantConnection(rig, tenantId, { provider: 'strict', tokens }, clock.now());
};
const input = { params: { provider: 'strict', accountId: '1' }, query: {}, body: undefined };

describe('a refresh by hand', () => {
  it('renews a token that would still work, once, with an audit entry', async () => {
    const { connectionId } = await plant();
    const before = strict.refreshes;
    const answer = bodyOf(await rig.connect.account.refresh(contextOf(tenantId), input));
    expect(answer).toMatchObject({ id: publicId('connection', connectionId), status: 'connected' });
    expect(answer.lastRefreshedAt).toBe(clock.now().toISOString());
    expect(strict.refreshes).toBe(before + 1);
    const audit = await test.db.engine((tx) =>
      tx.query(`select action from audit_entries where tenant_id = $1 and action like 'connection%'`, [
        tenantId,
      ]),
    );
    expect(audit).toEqual([{ action: 'connection.refreshed' }]);
  });

  it('is put off while the provider does not let so young a token be renewed, and does not ask it', async () => {
    await plant();
    const { auth } = strict.provider;
    if (auth.kind !== 'oauth2') throw new Error('The strict provider is one of OAuth');
    const before = strict.refreshes;
    for (const more of [{ refreshNotBeforeMs: 86_400_000 }, { refreshOnlyOnDemand: true }]) {
      const registry = strictRegistry({ ...strict.provider, auth: { ...auth, ...more } });
      const promise = Promise.resolve(
        accountRoutes({ ...rig, registry }).refresh(contextOf(tenantId), input),
      );
      const error: unknown = await promise.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'rate_limited' });
      expect((error as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(3_000);
    }
    expect(strict.refreshes).toBe(before);
  });

  it('tells a provider that is away from one that has ended the connection', async () => {
    await plant();
    strict.before = () => ({ status: 503 });
    const attempt = () => Promise.resolve(rig.connect.account.refresh(contextOf(tenantId), input));
    await expect(attempt()).rejects.toMatchObject({ code: 'provider_unavailable' });
    strict.before = undefined;
    strict.revokeAll();
    await expect(attempt()).rejects.toMatchObject({ code: 'needs_reconnect' });
    await expect(attempt()).rejects.toMatchObject({ code: 'needs_reconnect' });
  });
});

describe('the status', () => {
  type Hear = (kind: string, tenantId: string | undefined) => void;
  let hear: Hear;
  let status: () => Promise<{ asOf: string; connections: string[] }>;
  beforeEach(() => {
    const heard = { subscribe: (given: Hear) => void (hear = given) };
    const handler = readStatusHandler({ db: test.db, clock, heard });
    const none = { params: undefined, query: undefined, body: undefined };
    status = async () => {
      const { asOf, data } = bodyOf(await handler(contextOf(tenantId), none));
      return { asOf, connections: data.flatMap((one) => one.connections.map(({ status: is }) => is)) };
    };
  });

  it('is kept for five minutes at most', async () => {
    expect((await status()).connections).toEqual([]);
    await plant();
    clock.advance(5 * 60_000 - 1);
    expect((await status()).connections).toEqual([]);
    clock.advance(1);
    expect((await status()).connections).toEqual(['connected']);
  });

  it('is read anew after a hint of a change, or when hints may have been missed, of this tenant alone', async () => {
    await status();
    await plant();
    hear('connection', await addTenant(test.db));
    hear('run', tenantId);
    expect((await status()).connections).toEqual([]);
    hear('integration', tenantId);
    expect((await status()).connections).toEqual(['connected']);
    await plant();
    hear('resync', undefined);
    expect((await status()).connections).toHaveLength(2);
  });

  it('a reading that a change overtakes is not kept', async () => {
    const early = status();
    await plant();
    hear('connection', tenantId);
    await early;
    expect((await status()).connections).toEqual(['connected']);
  });
});
