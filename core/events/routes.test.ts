import { afterAll, beforeAll, expect, it } from 'vitest';
import { event as eventSchema, listEvents } from '@mortise/contract';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import {
  MortiseError,
  newId,
  publicId,
  Reply,
  systemActor,
  traceIdOf,
  type RequestContext,
} from '../kernel/index.ts';
import { createEvents } from './append.ts';
import { ownEventTypes } from './event-types.ts';
import { eventRoutes } from './routes.ts';

let test: TestDatabase;
const [tenantId, otherTenant] = [newId(), newId()];
const traceId = traceIdOf(newId());
beforeAll(async () => {
  test = await createTestDatabase({ max: 2 });
  const events = createEvents({ subscribers: [] });
  for (const tenant of [tenantId, otherTenant]) {
    await test.db.tenant(tenant, (tx) =>
      events.append(tx, { tenantId: tenant, traceId }, [
        { type: 'contact.created', subject: 'rec_1', data: {} },
        { type: 'contact.updated', subject: 'rec_1', data: {} },
        { type: 'contact.updated', subject: 'rec_2', data: {} },
      ]),
    );
  }
});
afterAll(() => test.drop());

const contextOf = (tenant: string): RequestContext => ({
  actor: systemActor,
  userId: null,
  tenantId: tenant,
  role: 'viewer',
  requestId: 'req',
  traceId,
  ip: '127.0.0.1',
  cookie: () => undefined,
  headers: {},
});
const routes = () =>
  eventRoutes({
    db: test.db,
    audit: async () => {},
    queue: { addIn: async () => {} },
    providerEventTypes: [{ type: 'contact.created', description: 'A contact' }],
    isReserved: () => false,
  });
const list = async (query: Record<string, unknown>) => {
  const answer = await routes().list(contextOf(tenantId), {
    params: undefined,
    body: undefined,
    query: listEvents.query.parse(query),
  });
  return listEvents.response.parse(answer instanceof Reply ? answer.body : answer);
};

it('a list shows the tenant’s own events, newest first, page by page, in the shape of the contract', async () => {
  const first = await list({ limit: 2 });
  const rest = await list({ limit: 2, cursor: first.nextCursor });
  expect([...first.data, ...rest.data].map(({ type, subject }) => [type, subject])).toEqual([
    ['contact.updated', 'rec_2'],
    ['contact.updated', 'rec_1'],
    ['contact.created', 'rec_1'],
  ]);
  expect(rest.nextCursor).toBeNull();
});

it('filters narrow it together', async () => {
  expect((await list({ type: 'contact.updated', subject: 'rec_1', traceId })).data).toHaveLength(1);
  expect((await list({ traceId: traceIdOf(newId()) })).data).toEqual([]);
});

it('a cursor that is not ours is told so', async () => {
  await expect(list({ cursor: 'abc' })).rejects.toMatchObject({ code: 'invalid_cursor' });
});

it('one event is there for its tenant, and for another it is the same 404 as what never was', async () => {
  const [newest] = (await list({ limit: 1 })).data;
  const read = (tenant: string, id: string) =>
    routes().read(contextOf(tenant), { params: { id }, query: undefined, body: undefined });
  expect(eventSchema.parse(await read(tenantId, newest!.id))).toEqual(newest);
  const errors = await Promise.all(
    [read(otherTenant, newest!.id), read(tenantId, publicId('event', newId()))].map((answer) =>
      answer.catch((error: unknown) => error),
    ),
  );
  for (const error of errors) expect(error).toBeInstanceOf(MortiseError);
  const [foreign, absent] = errors.map((error) => JSON.stringify([error, String(error)]));
  expect([foreign, absent]).toEqual([expect.stringContaining('not_found'), foreign]);
});

it('the types are our own and those of the providers that are installed', async () => {
  const answer = await routes().types.list(contextOf(tenantId), {
    params: undefined,
    query: undefined,
    body: undefined,
  });
  const types = [...ownEventTypes, { type: 'contact.created', description: 'A contact' }];
  expect(answer).toMatchObject({ data: types });
});
