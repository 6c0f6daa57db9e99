import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId } from '../kernel/index.ts';
import { takeNumbers, writeRecords } from './record-store.ts';
import { createFixture, installJobs } from './testing/sync-fixture.ts';
import { startSyntheticProvider, type SyntheticProvider } from './testing/synthetic-provider.ts';

let database: TestDatabase;
let provider: SyntheticProvider;

beforeAll(async () => {
  database = await createTestDatabase();
  await installJobs(database.url);
  provider = await startSyntheticProvider();
});
afterAll(async () => {
  await provider.close();
  await database.drop();
});

const byId = (a: readonly [string, string], b: readonly [string, string]) => (a[0] < b[0] ? -1 : 1);

const change = (externalId: string) => ({
  kind: 'created' as const,
  id: newId(),
  changed: [],
  candidate: {
    externalId,
    title: externalId,
    subtitle: null,
    fields: {},
    json: '{}',
    hash: Buffer.alloc(32),
  },
});

it('skips nothing under concurrent writers, some of whom give up, and ends at each record’s last change', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.array(
          fc.record({
            ids: fc.uniqueArray(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 4 }),
            fails: fc.boolean(),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        { minLength: 2, maxLength: 4 },
      ),
      fc.integer({ min: 1, max: 7 }),
      async (writers, limit) => {
        const first = await createFixture(database.db, provider.provider);
        const fixtures = [first];
        for (let n = 1; n < writers.length; n += 1) {
          fixtures.push(await createFixture(database.db, provider.provider, { tenantId: first.tenantId }));
        }
        const { tenantId, context, room } = first;
        const syncIds: string[] = [];
        for (const fixture of fixtures) {
          await fixture.createItemsSync({ start: false });
        }
        for (const row of await first.query<{ id: string }>('select id from syncs where tenant_id = $1', [
          tenantId,
        ]))
          syncIds.push(row.id);

        /** One process: each batch a transaction that takes numbers, writes, and commits or not. */
        const write = async (batches: (typeof writers)[number], syncId: string): Promise<void> => {
          const ids = new Map<string, string>();
          for (const { ids: places, fails } of batches) {
            await database.db
              .tenant(tenantId, async (tx) => {
                const changes = places.map((place) => {
                  const made = change(String(place));
                  return { ...made, id: ids.get(String(place)) ?? made.id };
                });
                const before = await takeNumbers(tx, tenantId, changes.length);
                await writeRecords(tx, { tenantId, syncId }, changes, before, new Date());
                if (fails) throw new RangeError('given up');
                for (const made of changes) ids.set(made.candidate.externalId, made.id);
              })
              .catch((error: unknown) => {
                if (!(error instanceof RangeError)) throw error;
              });
          }
        };

        /** One reader that keeps what it was last told of each record. */
        const seen = new Map<string, string>();
        let after = '0';
        let writing = true;
        const read = async (): Promise<void> => {
          for (let idle = 0; idle < 1;) {
            const wasWriting = writing;
            const reply = await room.records.changes(context, {
              params: undefined,
              query: { after, limit },
              body: undefined,
            });
            const page = 'body' in reply ? reply.body : reply;
            for (const record of page.data) {
              expect(BigInt(record.seq)).toBeGreaterThan(BigInt(after));
              after = record.seq;
              seen.set(record.id, record.seq);
            }
            expect(page.nextAfter).toBe(after);
            if (page.data.length === 0 && !wasWriting) idle += 1;
          }
        };
        const reading = read();
        await Promise.all(writers.map((batches, n) => write(batches, syncIds[n] ?? '')));
        writing = false;
        await reading;

        const held = await room.records.list(context, {
          params: undefined,
          query: { limit: 200, deleted: 'with' },
          body: undefined,
        });
        const all = 'body' in held ? held.body.data : held.data;
        expect(new Map([...seen].toSorted(byId))).toEqual(
          new Map(all.map((record) => [record.id, record.seq] as const).toSorted(byId)),
        );
      },
    ),
    { numRuns: 25 },
  );
});
