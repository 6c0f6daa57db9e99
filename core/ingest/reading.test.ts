import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId } from '../kernel/index.ts';
import { createRig } from './testing/rig.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('senders that drip hold little of the memory, and one source’s keep no other from being read', async () => {
  const rig = createRig({ db: database.db, works: false });
  const tenantId = await rig.addTenant();
  const [slow, other] = [await rig.addSource(tenantId), await rig.addSource(tenantId)];
  const end = Promise.withResolvers<Uint8Array>();
  let underWay = 0;
  const drip = (headers: Record<string, string>) =>
    rig.ingest.receive(
      { token: slow.token },
      {
        method: 'POST',
        path: `/in/${slow.token}`,
        headers,
        address: '192.0.2.1',
        traceId: newId().replaceAll('-', ''),
        read: () => {
          underWay += 1;
          return end.promise;
        },
      },
    );
  const megabyte = String(1024 * 1024);
  // Half of them say how long they are, the others may become as long as the source takes.
  const sent = Array.from({ length: 100 }, (_, n) =>
    drip(n % 2 === 0 ? { 'content-length': megabyte } : { 'transfer-encoding': 'chunked' }),
  );
  const answers = Promise.allSettled(sent);
  await expect.poll(() => underWay).toBe(64);
  await expect(drip({ 'content-length': megabyte })).rejects.toMatchObject({ code: 'overloaded' });
  expect(await rig.post(other.token, '{}', { 'content-length': '2' })).toMatch(/^rcp_/);
  end.resolve(Buffer.from('{"n":1}'));
  const statuses = (await answers).map(({ status }) => status);
  expect(statuses.filter((status) => status === 'fulfilled')).toHaveLength(64);
  expect(await rig.post(slow.token, '{}', { 'content-length': megabyte })).toMatch(/^rcp_/);
});
