import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listAudit } from '@mortise/contract';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { newId, Reply, systemActor, traceIdOf, type Actor, type RequestContext } from '../kernel/index.ts';
import { auditRoutes, readAuditOfTrace, record, type AuditContext } from './index.ts';

let test: TestDatabase;
let context: AuditContext;
beforeAll(async () => void (test = await createTestDatabase({ max: 2 })));
afterAll(() => test.drop());
const actor: Actor = { kind: 'user', id: 'usr_0', name: 'Ada\0 Lovelace' };
beforeEach(() => {
  context = { tenantId: newId(), traceId: traceIdOf(newId()), actor };
});

const write = (action: string, subject?: string, details?: Record<string, unknown>) =>
  test.db.tenant(context.tenantId, (tx) =>
    record(tx, context, {
      action,
      ...(subject === undefined ? {} : { subject }),
      ...(details === undefined ? {} : { details }),
    }),
  );
const list = async (query: Record<string, unknown> = {}) => {
  const request = {
    ...context,
    actor: systemActor,
    userId: null,
    role: 'viewer',
  } as unknown as RequestContext;
  const answer = await auditRoutes({ db: test.db }).list(request, {
    params: undefined,
    body: undefined,
    query: listAudit.query.parse(query),
  });
  return listAudit.response.parse(answer instanceof Reply ? answer.body : answer);
};

it('an entry says who did what to which thing on which trace, in the shape of the contract', async () => {
  await write('integration.created', 'int_1', { name: 'CRM \ud800' });
  const { data } = await list();
  expect(data).toEqual([
    expect.objectContaining({
      action: 'integration.created',
      actor: { ...actor, name: 'Ada\ufffd Lovelace' },
      subject: 'int_1',
      details: { name: 'CRM \ufffd' },
      traceId: context.traceId,
    }),
  ]);
});

it('entries are listed newest first, page by page, and by subject', async () => {
  for (const n of [1, 2, 3]) await write('sync.created', `syn_${n % 2}`);
  const first = await list({ limit: 2 });
  const rest = await list({ limit: 2, cursor: first.nextCursor });
  const ids = [...first.data, ...rest.data].map(({ id }) => id);
  expect([ids.length, ids.toSorted().toReversed(), rest.nextCursor]).toEqual([3, ids, null]);
  expect((await list({ subject: 'syn_1' })).data).toHaveLength(2);
  const traced = await test.db.tenant(context.tenantId, (tx) =>
    readAuditOfTrace(tx, context.tenantId, context.traceId, 2),
  );
  expect(traced.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, 2));
});

it('an entry is gone with the act that it tells of', async () => {
  await test.db
    .tenant(context.tenantId, async (tx) => {
      await record(tx, context, { action: 'sync.created' });
      throw new Error('no');
    })
    .catch(() => {});
  expect((await list()).data).toEqual([]);
});

it('nobody can change an entry or remove one, neither requests nor workers', async () => {
  await write('sync.created');
  for (const sql of [
    "update audit_entries set action = 'nothing'",
    'delete from audit_entries',
    'truncate audit_entries',
  ]) {
    await expect(test.db.tenant(context.tenantId, (tx) => tx.query(sql))).rejects.toThrow(
      /permission denied/,
    );
    await expect(test.db.engine((tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
  }
  expect((await list()).data).toHaveLength(1);
});
