import { expect, it } from 'vitest';
import type { Database } from '@mortise/platform/database';
import { createTestDatabase } from '../../tests/support/test-database.ts';
import { newId, systemClock } from '../kernel/index.ts';
import { createRenewer } from './create-renewer.ts';
import type { RenewalEnd, RenewalJob } from './renewer.ts';
import { plantConnection } from './testing/connected.ts';
import { renewerConformance } from './testing/renewer-conformance.ts';
import { addTenant, createRig } from './testing/rig.ts';
import { startStrictIdentityProvider, strictRegistry } from './testing/strict-identity-provider.ts';

renewerConformance((_setUp, rig) => createRenewer(rig));

it('a renewer that stood still until its lease had run out does not ask any more', async () => {
  const test = await createTestDatabase();
  const strict = await startStrictIdentityProvider();
  const registry = strictRegistry(strict.provider);
  const rig = createRig({ db: test.db, registry, allow: ['127.0.0.1:*'], leaseMs: 900 });
  const tenantId = await addTenant(test.db);
  const tokens = { ...strict.grant(), expiresAt: new Date() };
  const { connectionId } = await plantConnection(
    rig,
    tenantId,
    { provider: 'strict', tokens },
    systemClock.now(),
  );
  const [row] = await test.db.engine((tx) =>
    tx.query<{ version: number }>('select version from credentials where connection_id = $1', [connectionId]),
  );
  const job = (): RenewalJob => ({ tenantId, connectionId, version: row!.version, owner: newId() });

  let arrived = () => {};
  let goOn = () => {};
  const leased = new Promise<void>((resolve) => (arrived = resolve));
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const slow: Database = {
    ...test.db,
    async engine(act) {
      const result = await test.db.engine(act);
      arrived();
      await gate;
      return result;
    },
  };
  const paused = createRenewer({ ...rig, db: slow }).renew(job());
  await leased;
  const other = createRenewer(rig);
  let end: RenewalEnd = await other.renew(job());
  expect(end).toEqual({ kind: 'held' });
  while (end.kind === 'held') end = await other.renew(job());
  expect(end.kind).toBe('stored');
  goOn();
  expect(await paused).toEqual({ kind: 'superseded' });
  expect([strict.refreshes, strict.reuses]).toEqual([1, 0]);
  rig.stop();
  await strict.close();
  await test.drop();
});
