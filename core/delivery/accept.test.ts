import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId } from '../kernel/index.ts';
import { readTransactionEnds } from './pipeline-store.ts';
import { addTenant, anEvent, startRig } from './testing/rig.ts';

let database: TestDatabase;
let watcher: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  watcher = new pg.Client({ connectionString: database.url });
  await watcher.connect();
});
afterAll(async () => {
  await watcher.end();
  await database.drop();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether the question is being answered just now, as the database's own user sees it. */
const isAsking = async () =>
  (
    await watcher.query(
      `select from pg_stat_activity
        where datname = current_database() and state = 'active' and pid <> pg_backend_pid()
          and query like '%pg_xact_status%'`,
    )
  ).rowCount === 1;

/** Writes a delivery that its process accepts, in a transaction that stays open. */
async function acceptOne(tenantId: string) {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const deliveryId = newId();
  let committed: Promise<void> | undefined;
  const xid = await new Promise<string>((written, failed) => {
    committed = database.db.engine(async (tx) => {
      await tx.query(
        `insert into deliveries (tenant_id, id, event_id, webhook_id, accepted_by) values ($1, $2, $3, $4, $5)`,
        [tenantId, deliveryId, newId(), newId(), newId()],
      );
      const [row] = await tx.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
      written(row?.xid ?? '');
      await ended;
    });
    committed.catch(failed);
  });
  return { asked: { xid, tenantId, deliveryId }, commit: () => (end(), committed) };
}

test('a transaction that commits while its end is asked about is not taken for one whose deliveries nobody accepted', async () => {
  const tenantId = await addTenant(database.db);
  const seen = new Set<string>();
  for (let round = 0; round < 8; round++) {
    const { asked, commit } = await acceptOne(tenantId);
    // Asked so often that it ends somewhere in the middle of the answer.
    const many = Array.from({ length: 50_000 }, () => asked);
    let isAnswered = false;
    const asking = database.db
      .engine((tx) => readTransactionEnds(tx, many))
      .finally(() => (isAnswered = true));
    while (!isAnswered && !(await isAsking())) await pause(1);
    await pause(round * 15);
    await commit();
    for (const { status, accepted } of await asking)
      seen.add(status === 'committed' ? `committed, accepted: ${accepted}` : status);
  }
  expect([...seen]).not.toContain('committed, accepted: false');
}, 60_000);

test('an event of which no body can be made leaves nothing in the memory, of itself or of those beside it', async () => {
  const tenantId = await addTenant(database.db);
  const rig = await startRig({ db: database.db });
  await rig.addWebhook(tenantId, { url: 'http://127.0.0.1:9/' });
  const noMoment = { ...anEvent(), occurredAt: new Date(Number.NaN) };
  await expect(rig.append(tenantId, [anEvent(), noMoment])).rejects.toThrow('Invalid time value');
  expect(rig.delivery.counts().accepted).toBe(0);
  await rig.stop();
});
