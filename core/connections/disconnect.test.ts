import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, publicId } from '../kernel/index.ts';
import { plantConnection } from './testing/connected.ts';
import { addTenant, contextOf, createRig, type Rig } from './testing/rig.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';
import { whereStored } from './testing/where-stored.ts';

let test: TestDatabase;
let strict: StrictIdentityProvider;
let rig: Rig;
let tenantId: string;
let connectionId: string;
let tokens: { accessToken: string; refreshToken: string };

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  strict = await startStrictIdentityProvider();
  const clock = new FakeClock(new Date());
  rig = createRig({ db: test.db, registry: strictRegistry(strict.provider), allow: ['127.0.0.1:*'], clock });
  tenantId = await addTenant(test.db);
  tokens = strict.grant();
  const expiresAt = new Date(clock.now().getTime() + 3_600_000);
  ({ connectionId } = await plantConnection(
    rig,
    tenantId,
    { provider: 'strict', tokens: { ...tokens, expiresAt } },
    clock.now(),
  ));
  for (const n of [1, 2]) {
    await query(
      `insert into syncs (tenant_id, id, connection_id, resource, status) values ($1, gen_random_uuid(), $2, $3, 'active')`,
      [tenantId, connectionId, `resource-${n}`],
    );
  }
});
afterEach(async () => {
  rig.stop();
  await strict.close().catch(() => undefined);
});

const query = (sql: string, values: unknown[] = [tenantId]) => test.db.engine((tx) => tx.query(sql, values));
const disconnect = (records: 'keep' | 'erase' = 'keep', tenant = tenantId) =>
  rig.routes.disconnect(contextOf(tenant), {
    params: { id: publicId('connection', connectionId) },
    query: { records },
    body: undefined,
  });
const revoked = () => strict.seen.filter((one) => one.path === '/revoke').map((one) => one.form.get('token'));
const everywhere = (texts: readonly string[], hex?: string) =>
  whereStored(test.url, { texts, ...(hex === undefined ? {} : { hex }) });
const types = async () =>
  (await query('select type from events where tenant_id = $1')).map((row) => row['type']);

describe('disconnecting', () => {
  it('revokes at the provider, leaves no credential, and tells it in one commit', async () => {
    await disconnect();
    expect(revoked()).toEqual([tokens.refreshToken]);
    expect(await query('select from credentials where tenant_id = $1')).toEqual([]);
    const told = await query(
      `select e.type, a.action, c.status, e.xmin = a.xmin and e.xmin = c.xmin as together
         from events e join audit_entries a on a.tenant_id = e.tenant_id and a.action = e.type
         join connections c on c.tenant_id = e.tenant_id where e.tenant_id = $1`,
    );
    expect(told).toEqual([
      {
        type: 'connection.disconnected',
        action: 'connection.disconnected',
        status: 'disconnected',
        together: true,
      },
    ]);
    await expect(rig.caller.open(tenantId, connectionId)).rejects.toMatchObject({ code: 'needs_reconnect' });
  });

  it('leaves no secret anywhere in the database, where even before it none stood in the open', async () => {
    const secrets = Object.values(tokens);
    const [{ sealed } = { sealed: Buffer.alloc(0) }] = (await query(
      'select sealed from credentials where tenant_id = $1',
    )) as { sealed: Buffer }[];
    expect(await everywhere([...secrets, strict.provider.id])).toEqual(
      expect.arrayContaining(['mortise.integrations.provider']),
    );
    expect(await everywhere(secrets)).toEqual([]);
    const head = sealed.toString('hex').slice(40, 90);
    expect(await everywhere([], head)).toEqual(['mortise.credentials.sealed']);
    await disconnect();
    expect(await everywhere(secrets)).toEqual([]);
    expect(await everywhere([], head)).toEqual([]);
  });

  it('ends it here even when the provider is away', async () => {
    await strict.close();
    await disconnect();
    expect(await query('select from credentials where tenant_id = $1')).toEqual([]);
    expect(await query('select status from connections where tenant_id = $1')).toEqual([
      { status: 'disconnected' },
    ]);
    strict = await startStrictIdentityProvider();
  });

  it('ends it even when the credential does not open any more', async () => {
    await query(`update credentials set sealed = '\\x01' where tenant_id = $1`);
    await disconnect();
    expect(await query('select from credentials where tenant_id = $1')).toEqual([]);
    expect(await types()).toEqual(['connection.disconnected']);
  });

  it('keeps its syncs and records, or erases them, as asked; later too', async () => {
    await disconnect('keep');
    expect(await query('select from syncs where tenant_id = $1')).toHaveLength(2);
    await disconnect('erase');
    expect(await query('select from syncs where tenant_id = $1')).toEqual([]);
  });

  it('a second time says nothing new', async () => {
    await disconnect();
    await disconnect();
    await disconnect('erase');
    await disconnect('erase');
    expect(await types()).toEqual(['connection.disconnected', 'connection.disconnected']);
    expect(revoked()).toHaveLength(1);
  });

  it('is only for the tenant whose connection it is', async () => {
    await expect(disconnect('erase', await addTenant(test.db))).rejects.toMatchObject({ code: 'not_found' });
    expect(await query('select from credentials where tenant_id = $1')).toHaveLength(1);
  });

  it('lets the integration be deleted, which until then is refused', async () => {
    const [{ id } = { id: '' }] = (await query('select id from integrations where tenant_id = $1')) as {
      id: string;
    }[];
    const remove = () =>
      rig.routes.remove(contextOf(tenantId), {
        params: { id: publicId('integration', id) },
        query: undefined,
        body: undefined,
      });
    await expect(remove()).rejects.toMatchObject({ code: 'conflict' });
    await disconnect();
    await remove();
    for (const table of ['integrations', 'connections', 'credentials', 'syncs']) {
      expect(await query(`select from ${table} where tenant_id = $1`)).toEqual([]);
    }
  });
});
