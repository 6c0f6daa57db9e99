import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId } from '../kernel/index.ts';
import { createDefinitions } from './definitions.ts';
import type { Draft } from './publication.ts';
import { readRules, sharedTenantId } from './publish-store.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase({ max: 2 })));
afterAll(() => database.drop());

async function addTenants(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await database.db.engine((tx) =>
    tx.query(`insert into tenants (id, name) select id, 'A tenant' from unnest($1::uuid[]) id`, [ids]),
  );
  return ids;
}

/** Defines types that ask for a member `must`. */
const define = (tenantId: string, types: readonly string[]) =>
  database.db.engine((tx) =>
    tx.query(
      `insert into event_types (tenant_id, id, type, description, schema)
       select $1, id, type, '', '{"type":"object","required":["must"]}' from unnest($2::uuid[], $3::text[]) t (id, type)`,
      [tenantId, types.map(() => newId()), types],
    ),
  );

const draftOf = (tenantId: string, type: string, data: Record<string, unknown>): Draft => ({
  event: {
    id: newId(),
    tenantId,
    type,
    subject: null,
    data,
    text: JSON.stringify(data),
    traceId: '0af7651916cd43dd8448eb211c80319c',
    occurredAt: new Date(),
    publisher: null,
  },
  name: undefined,
  place: 'body',
});

test('every event is judged by its schema, however many others are kept or read beside it', async () => {
  const [tenantId = ''] = await addTenants(1);
  const types = Array.from({ length: 1_001 }, (_, n) => `type.n${n}`);
  await define(tenantId, types);
  const definitions = createDefinitions();
  const judgeAll = (drafts: readonly Draft[]) =>
    database.db.engine(async (tx) => {
      const judge = await definitions.judge(tx, drafts);
      return drafts.map((draft) => judge(draft) === undefined);
    });
  // As many as are kept, the first of them the oldest.
  for (const type of types.slice(0, 1_000)) await judgeAll([draftOf(tenantId, type, { must: 1 })]);
  const both = [draftOf(tenantId, types[1_000]!, { must: 1 }), draftOf(tenantId, types[0]!, {})];
  expect(await judgeAll(both)).toEqual([true, false]);
});

test('what many tenants publish of many types costs a row an event or two, not one for each of each', async () => {
  const tenants = await addTenants(50);
  const types = Array.from({ length: 50 }, (_, n) => `shared.n${n}`);
  await define(sharedTenantId, types);
  const [own = ''] = tenants;
  await define(own, types.slice(0, 1));
  const pairs = tenants.map((tenantId, n) => ({ tenantId, type: types[n]! }));
  const rows = await database.db.engine((tx) => readRules(tx, pairs));
  expect(rows.length).toBe(51);
  expect(new Set(rows.map((row) => row.tenant_id)).size).toBe(50);
});
