import { createVault } from '@mortise/core/vault';
import { rotateTenantKey } from '@mortise/core/vault/rotate-tenant-key.ts';
import { depsFor, queueRotation, readRotation } from '@mortise/core/vault/testing/rotation-rig.ts';
import { addTenant, startRig } from '@mortise/core/delivery/testing/rig.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { sealedPlaces } from './sealed-places.ts';

/** The delivery rig's. */
const masterKey = new Uint8Array(32).fill(7);
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a rotation of a tenant's key seals a webhook's auth and signing secrets anew, and they open as before", async () => {
  const { db } = database;
  const tenantId = await addTenant(db);
  const rig = await startRig({ db });
  try {
    await rig.addWebhook(tenantId, {
      url: 'http://127.0.0.1:9/',
      settings: { auth: { kind: 'bearer' }, signing: 'ed25519' },
      authSecret: 'a-token',
    });
    const read = () =>
      db.tenant(tenantId, (tx) =>
        tx.query<{ id: string; auth_secret: Buffer; sealed: Buffer; secret_id: string }>(
          'select w.id, auth_secret, sealed, s.id as secret_id from webhooks w join webhook_secrets s on s.webhook_id = w.id',
        ),
      );
    const [before] = await read();
    const payload = await queueRotation(db, { tenantId });
    const deps = { ...depsFor(db, [masterKey]), places: sealedPlaces };
    await rotateTenantKey(deps, payload, new AbortController().signal);
    expect(await readRotation(db, payload.rotationId)).toMatchObject({
      state: 'succeeded',
      done: 2,
      failed: 0,
    });
    const [after] = await read();
    expect(after!.auth_secret.equals(before!.auth_secret)).toBe(false);
    expect(after!.sealed.equals(before!.sealed)).toBe(false);
    const vault = createVault({ masterKeys: [masterKey] });
    const place = { tenantId, table: 'webhooks', row: after!.id, field: 'auth_secret' };
    expect(await db.tenant(tenantId, (tx) => vault.open(tx, place, after!.auth_secret))).toBe('a-token');
    const key = { tenantId, table: 'webhook_secrets', row: after!.secret_id, field: 'sealed' };
    expect(await db.tenant(tenantId, (tx) => vault.open(tx, key, after!.sealed))).toMatch(/^whsk_/);
  } finally {
    await rig.stop(0);
  }
});
