import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, publicId } from '../kernel/index.ts';
import { upsertConnection } from './account-store.ts';
import { putCredential } from './credential-store.ts';
import { markNeedsReconnect, markWithdrawn } from './mark.ts';
import { plantConnection } from './testing/connected.ts';
import { addTenant, contextOf, createRig, type Rig } from './testing/rig.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';

let test: TestDatabase;
let strict: StrictIdentityProvider;
let rig: Rig;
let clock: FakeClock;
let tenantId: string;
let ids: { integrationId: string; connectionId: string };

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  strict = await startStrictIdentityProvider();
  clock = new FakeClock(new Date());
  rig = createRig({ db: test.db, registry: strictRegistry(strict.provider), allow: ['127.0.0.1:*'], clock });
  tenantId = await addTenant(test.db);
  ids = await plantConnection(rig, tenantId, { provider: 'strict', tokens: strict.grant() }, clock.now());
});
afterEach(async () => {
  rig.stop();
  await strict.close().catch(() => undefined);
});

const query = <T extends object>(sql: string) =>
  test.db.engine((tx) => tx.query<T & Record<string, unknown>>(sql, [tenantId, ids.connectionId]));
const credentials = () =>
  query<{ version: number }>('select version from credentials where tenant_id = $1 and connection_id = $2');
const status = async () =>
  (await query<{ status: string }>('select status from connections where tenant_id = $1 and id = $2'))[0]
    ?.status;

const disconnect = (records: 'keep' | 'erase') =>
  rig.routes.disconnect(contextOf(tenantId), {
    params: { id: publicId('connection', ids.connectionId) },
    query: { records },
    body: undefined,
  });

/** Connects the account anew, with something that happens in the middle of the commit and waits for it. */
async function connectAnew(meanwhile: () => Promise<unknown>): Promise<void> {
  const waiting =
    'select from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not granted';
  const [begun, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const connecting = test.db.tenant(tenantId, async (tx) => {
    const { id } = await upsertConnection(tx, tenantId, {
      integrationId: ids.integrationId,
      accountId: '1',
      accountName: 'An account',
      metadata: {},
      scopes: [],
    });
    expect(id).toBe(ids.connectionId);
    begun.resolve();
    await seen.promise;
    const tokens = { tokenType: 'bearer', ...strict.grant() };
    await putCredential(tx, rig.vault, tenantId, id, { kind: 'oauth2', tokens }, clock.now());
  });
  await Promise.race([begun.promise, connecting]);
  const other = meanwhile();
  try {
    await expect
      .poll(async () => (await test.db.pool.query(waiting)).rowCount, { timeout: 5_000 })
      .toBeGreaterThan(0);
  } finally {
    seen.resolve();
  }
  await Promise.all([connecting, other]);
}

describe('while an account is being connected anew', () => {
  it.each(['keep', 'erase'] as const)(
    'a disconnection (%s) leaves no secret behind, whether or not it was connected before',
    async (records) => {
      await disconnect('keep');
      await connectAnew(() => disconnect(records));
      expect([await status(), await credentials()]).toEqual(['disconnected', []]);
    },
  );

  it('a disconnection waits for it, and ends what was just given', async () => {
    await connectAnew(() => disconnect('keep'));
    expect([await status(), await credentials()]).toEqual(['disconnected', []]);
  });

  it('what is found out about the credential before says nothing of the new one', async () => {
    const [before] = await credentials();
    const refused = { tenantId, connectionId: ids.connectionId, traceId: '0'.repeat(32) };
    await connectAnew(() => markNeedsReconnect(rig, { ...refused, version: before?.version ?? 0 }, 'Gone'));
    expect([await status(), await credentials()]).toEqual(['connected', [expect.anything()]]);
  });

  it('a withdrawal from before it says nothing of the permission just given', async () => {
    const target = { tenantId, connectionId: ids.connectionId, traceId: '0'.repeat(32) };
    await query(
      `update connections set updated_at = now() - interval '1 day' where tenant_id = $1 and id = $2`,
    );
    const at = new Date(Date.now() - 3_600_000);
    await connectAnew(() => test.db.engine((tx) => markWithdrawn(tx, rig, { ...target, at }, 'Withdrawn')));
    expect(await status()).toBe('connected');
  });
});
