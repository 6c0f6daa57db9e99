import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Tx } from '@mortise/platform/database';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { FakeClock, newId } from '../kernel/index.ts';
import { createSubscriptions } from './subscriptions.ts';
import { settingsOf } from './webhook-store.ts';
import { addTenant } from './testing/rig.ts';

let database: TestDatabase;
let tenants: string[];
beforeAll(async () => void (database = await createTestDatabase()));
beforeEach(async () => void (tenants = [await addTenant(database.db), await addTenant(database.db)]));
afterAll(() => database.drop());

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heapUsed = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

const clock = new FakeClock(new Date('2026-03-01T12:00:00Z'));
const processId = newId();
const readerOf = () =>
  createSubscriptions({
    targets: { plan: (row) => ({ settings: settingsOf(row), filter: undefined }) },
    clock,
  });

const [type, other] = ['contact.updated', 'deal.created'];

/** What can happen to a tenant's webhooks. Each picks one of those there are by a number. */
const acts: Record<string, (tx: Tx, tenantId: string, pick: number) => Promise<unknown>> = {
  add: (tx, tenantId, pick) =>
    tx.query(
      `insert into webhooks (tenant_id, id, name, url, events, status, settings) values ($1, $2, 'W', 'https://example.com/' || $3, $4, 'active', '{}')`,
      [tenantId, newId(), pick, [pick % 2 === 0 ? type : other]],
    ),
  subscribe: (tx, tenantId, pick) => change(tx, tenantId, pick, `events = array['${type}', '${other}']`),
  address: (tx, tenantId, pick) => change(tx, tenantId, pick, `url = url || 'x', version = version + 1`),
  pause: (tx, tenantId, pick) => change(tx, tenantId, pick, `status = 'paused'`),
  resume: (tx, tenantId, pick) => change(tx, tenantId, pick, `status = 'active'`),
  break: (tx, tenantId, pick) => change(tx, tenantId, pick, `circuit = '{"state":"open","transitions":1}'`),
  remove: (tx, tenantId, pick) => change(tx, tenantId, pick, 'deleted_at = now()'),
  sign: (tx, tenantId, pick) =>
    tx.query(
      `insert into webhook_secrets (tenant_id, id, webhook_id, sealed)
       select tenant_id, $2, id, '\\x01' from webhooks where tenant_id = $1 order by id offset $3 limit 1`,
      [tenantId, newId(), pick % 4],
    ),
  replace: (tx, tenantId, pick) =>
    tx.query(
      `update webhook_secrets set expires_at = $2::timestamptz + make_interval(secs => $3) where tenant_id = $1`,
      [tenantId, clock.now(), 1 + (pick % 3)],
    ),
};
const change = (tx: Tx, tenantId: string, pick: number, what: string) =>
  tx.query(
    `update webhooks set ${what} where (tenant_id, id) = (
       select tenant_id, id from webhooks where tenant_id = $1 order by id offset $2 limit 1)`,
    [tenantId, pick % 4],
  );

const step = fc.record({
  act: fc.constantFrom('wait', ...Object.keys(acts)),
  pick: fc.nat(7),
  of: fc.constantFrom(0, 1),
  /** Whether the change is taken back after it was seen from within. */
  undone: fc.boolean(),
  seenWithin: fc.boolean(),
});

test('what is kept of webhooks is what is in the database, whatever has happened to them, in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
      const pair = [await addTenant(database.db), await addTenant(database.db)];
      const kept = readerOf();
      const seenBy = async (tx: Tx, read: ReturnType<typeof readerOf>) => {
        const found = await read(tx, pair, processId);
        return pair.map((tenantId) =>
          [type, other].map((name) =>
            found
              .of(tenantId, name)
              .map(({ row }) => ({ ...row }))
              .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
          ),
        );
      };
      const compare = (tx: Tx) =>
        Promise.all([seenBy(tx, kept), seenBy(tx, readerOf())]).then(([own, fresh]) =>
          expect(own).toEqual(fresh),
        );
      for (const { act, pick, of, undone, seenWithin } of steps) {
        if (act === 'wait') clock.advance(1_000);
        else {
          const done = database.db.engine(async (tx) => {
            await acts[act]?.(tx, pair[of]!, pick);
            if (seenWithin) await compare(tx);
            if (undone) throw new Error('taken back');
          });
          if (undone) await expect(done).rejects.toThrow('taken back');
          else await done;
        }
        await database.db.engine(compare);
      }
    }),
    { numRuns: 60 },
  );
});

test('with nothing changed a tenant is read once, however many webhooks it has', async () => {
  const [tenantId = ''] = tenants;
  for (let n = 0; n < 5; n++) await database.db.engine((tx) => acts['add']!(tx, tenantId, 0));
  const kept = readerOf();
  const read = () =>
    database.db.engine(async (tx) => (await kept(tx, [tenantId], processId)).of(tenantId, type));
  const first = await read();
  const second = await read();
  expect(first).toHaveLength(5);
  for (const [n, subscriber] of second.entries()) expect(subscriber).toBe(first[n]);
});

test('what is kept for each type of event stays small, however many webhooks want however many types', async () => {
  const [tenantId = ''] = tenants;
  const count = 20_000;
  await database.db.engine((tx) =>
    tx.query(
      `insert into webhooks (tenant_id, id, name, url, events, status)
       select $1, gen_random_uuid(), 'W', '', '{*}', 'active' from generate_series(1, $2)`,
      [tenantId, count],
    ),
  );
  const found = await database.db.engine((tx) => readerOf()(tx, [tenantId], newId()));
  const before = heapUsed();
  for (let n = 0; n < 1_000; n++) expect(found.of(tenantId, `type.n${n}`).length).toBe(count);
  expect((heapUsed() - before) / 2 ** 20).toBeLessThan(40);
  expect(found.of(tenantId, type).length).toBe(count);
});
