import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { newId, systemClock } from '../../kernel/index.ts';
import type { Renewer, RenewalJob } from '../renewer.ts';
import { plantConnection } from './connected.ts';
import type { TestSetUp } from './courier-process.ts';
import { addTenant, createRig, type Rig } from './rig.ts';
import { holdAt } from './steps.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './strict-identity-provider.ts';

/** What every driver that makes renewals must do. Called inside a test file. @param open over the rig's own database */
export function renewerConformance(open: (setUp: TestSetUp, rig: Rig) => Renewer): void {
  const leaseMs = 30_000;
  let test: TestDatabase;
  let strict: StrictIdentityProvider;
  let rig: Rig;
  let renewer: Renewer;
  let tokens: { accessToken: string; refreshToken: string };
  let job: RenewalJob;

  const row = () =>
    test.db
      .engine((tx) =>
        tx.query<{ version: number; leased: boolean; asked: boolean }>(
          `select version, lease_owner is not null as leased, asked_at is not null as asked
             from credentials where connection_id = $1`,
          [job.connectionId],
        ),
      )
      .then(([found]) => found);
  const other = (): RenewalJob => ({ ...job, owner: newId() });

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    strict = await startStrictIdentityProvider();
    rig = createRig({
      db: test.db,
      registry: strictRegistry(strict.provider),
      allow: ['127.0.0.1:*'],
      leaseMs,
    });
    renewer = open({ databaseUrl: test.url, providerUrl: strict.url, leaseMs }, rig);
    const tenantId = await addTenant(test.db);
    tokens = strict.grant();
    const given = { provider: 'strict', tokens: { ...tokens, expiresAt: new Date() } };
    const { connectionId } = await plantConnection(rig, tenantId, given, systemClock.now());
    const [found] = await test.db.engine((tx) =>
      tx.query<{ version: number }>('select version from credentials where connection_id = $1', [
        connectionId,
      ]),
    );
    job = { tenantId, connectionId, version: found!.version, owner: newId() };
  });
  afterEach(async () => {
    await renewer.close();
    rig.stop();
    await strict.close();
  });

  describe('a renewer', () => {
    it('stores what the provider gave, and leaves no lease and no question open', async () => {
      const end = await renewer.renew(job);
      expect(end).toEqual({ kind: 'stored', version: expect.any(Number) });
      expect(await row()).toEqual({
        version: (end as { version: number }).version,
        leased: false,
        asked: false,
      });
      expect([strict.refreshes, strict.reuses]).toEqual([1, 0]);
      expect(await rig.caller.open(job.tenantId, job.connectionId)).toBeDefined();
    });

    it('asks once, however many want it', async () => {
      const ends = await Promise.all(Array.from({ length: 8 }, () => renewer.renew(other())));
      const kinds = ends.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'stored')).toHaveLength(1);
      expect(kinds.every((kind) => ['stored', 'held', 'superseded'].includes(kind))).toBe(true);
      expect([strict.refreshes, strict.reuses]).toEqual([1, 0]);
    });

    it('says that somebody is at it, that it is done, and that there is nothing to renew any more', async () => {
      const { reached, release } = holdAt(strict, 'rotated');
      const first = renewer.renew(job);
      await reached;
      expect(await renewer.renew(other())).toEqual({ kind: 'held' });
      expect(await row()).toMatchObject({ leased: true, asked: true });
      release();
      expect(await first).toMatchObject({ kind: 'stored' });
      expect(await renewer.renew(other())).toEqual({ kind: 'superseded' });
      expect(await renewer.renew(job)).toEqual({ kind: 'superseded' });
      await test.db.engine((tx) =>
        tx.query('delete from credentials where connection_id = $1', [job.connectionId]),
      );
      expect(await renewer.renew(job)).toEqual({ kind: 'disconnected' });
      expect([strict.refreshes, strict.reuses]).toEqual([1, 0]);
    });

    it('takes its own lease up again, and tells that the answer to an earlier question is not known', async () => {
      strict.before = (path) => (path === '/token' ? { status: 502 } : undefined);
      expect(await renewer.renew(job)).toMatchObject({ kind: 'refused', unsure: true });
      strict.before = undefined;
      strict.revokeAll();
      expect(await renewer.renew(job)).toMatchObject({
        kind: 'refused',
        unsure: true,
        problem: { kind: 'revoked' },
      });
    });

    it('knows for sure what the provider refused in plain words, and repeats no secret', async () => {
      strict.revokeAll();
      const end = await renewer.renew(job);
      expect(end).toMatchObject({ kind: 'refused', unsure: false, problem: { kind: 'revoked' } });
      expect(JSON.stringify(end)).not.toContain(tokens.refreshToken);
      expect(JSON.stringify(end)).toContain('[secret]');
    });

    it('refuses what is not installed here without asking anybody', async () => {
      await test.db.engine((tx) =>
        tx.query("update integrations set provider = 'another' where tenant_id = $1", [job.tenantId]),
      );
      expect(await renewer.renew(job)).toMatchObject({
        kind: 'refused',
        unsure: false,
        problem: { kind: 'forbidden' },
      });
      expect(strict.seen.filter(({ path }) => path === '/token')).toEqual([]);
    });

    it('revokes what came after the account was disconnected', async () => {
      const { reached, release } = holdAt(strict, 'rotated');
      const renewal = renewer.renew(job);
      await reached;
      await test.db.engine((tx) =>
        tx.query('delete from credentials where connection_id = $1', [job.connectionId]),
      );
      release();
      expect(await renewal).toEqual({ kind: 'disconnected' });
      expect(strict.seen.filter(({ path }) => path === '/revoke')).toHaveLength(1);
    });

    it('waits for what is under way before it closes', async () => {
      const { reached, release } = holdAt(strict, 'rotated');
      const renewal = renewer.renew(job);
      await reached;
      const closed = renewer.close();
      release();
      await closed;
      expect((await row())?.version).toBeGreaterThan(job.version);
      expect(await renewal).toMatchObject({ kind: 'stored' });
    });
  });
}
