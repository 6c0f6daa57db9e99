import {
  createEventType,
  createSharedEventType,
  deleteEventType,
  listEventTypes,
  listEvents,
  publishEvent,
  readEventType,
  updateEventType,
  updateSharedEventType,
  updateTenant,
} from '@mortise/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let operator: Awaited<ReturnType<TestServer['createTenant']>>['operator'];
beforeAll(async () => void (server = await startTestServer({ sandbox: false, role: 'api' })));
afterAll(() => server.stop());
beforeEach(async () => void ({ operator } = await server.createTenant('Acme')));

const schema = {
  type: 'object',
  required: ['total', 'email'],
  additionalProperties: false,
  properties: {
    total: { type: 'integer', minimum: 0 },
    email: { $ref: '#/$defs/email' },
    sku: { type: 'string', pattern: '^[A-Z]+-\\d+$' },
  },
  $defs: { email: { type: 'string', format: 'email' } },
};
const fitting = { total: 1, email: 'a@example.com' };
const define = (more: object = {}) =>
  operator.call(createEventType, {
    body: { type: 'order.placed', description: 'An order', schema, examples: [fitting], ...more },
  });
const publish = (data: Record<string, unknown>, type = 'order.placed') =>
  operator.call(publishEvent, { body: { type, data } });

describe('a type with a schema', () => {
  it('lets through what fits and refuses the rest with the places, and a change holds from the next event on', async () => {
    const made = await define();
    await publish(fitting);
    const refused = publish({ total: -1, sku: 'a', more: 1 });
    await expect(refused).rejects.toMatchObject({
      code: 'event_data_invalid',
      status: 422,
      issues: [
        { path: 'body.data.email', message: 'is missing' },
        { path: 'body.data.total', message: 'must be 0 or more' },
        { path: 'body.data.sku', message: 'must match ^[A-Z]+-\\d+$' },
        { path: 'body.data.more', message: 'is not allowed' },
      ],
    });
    const params = { id: made.id };
    await operator.call(updateEventType, { params, body: { schema: null } }, { ifMatch: made.version });
    await publish({ anything: true });
    const stale = operator.call(
      updateEventType,
      { params, body: { description: 'x' } },
      { ifMatch: made.version },
    );
    await expect(stale).rejects.toMatchObject({ code: 'version_mismatch' });
    expect((await operator.call(listEvents)).data).toHaveLength(2);
  });

  it('is one bad event’s own affair: its neighbours in the commit go through', async () => {
    await define();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => publish(n % 2 === 0 ? fitting : { bad: n })),
    );
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(outcomes.map((_, n) => n % 2 === 0));
  });

  it.each([
    ['a reference to elsewhere', { $ref: 'https://example.com/schema.json' }],
    ['a reference to nothing', { $ref: '#/$defs/none' }],
    ['a keyword that nobody checks', { type: 'object', dependentSchemas: {} }],
    ['a pattern that can run away', { properties: { a: { pattern: '^(a+)+\\1$' } } }],
    ['an unknown format', { properties: { a: { format: 'phone' } } }],
    ['one too large', { enum: ['x'.repeat(70_000)] }],
  ])('cannot be %s', async (_what, bad) => {
    await expect(define({ schema: bad, examples: [] })).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('cannot be one too deep, nor have an example that does not fit', async () => {
    let deep: object = {};
    for (let n = 0; n < 40; n++) deep = { not: deep };
    await expect(define({ schema: deep, examples: [] })).rejects.toMatchObject({ code: 'unprocessable' });
    await expect(define({ examples: [{ total: 'x' }] })).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('that costs too much to check refuses the data instead of holding up the others', async () => {
    const bomb = {
      $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } },
      $ref: '#/$defs/a',
    };
    await define({ schema: bomb, examples: [] });
    await expect(publish({})).rejects.toMatchObject({ code: 'event_data_invalid' });
  });
});

it('archived types cannot be published, deleted ones are as if nobody had defined them', async () => {
  const { id } = await define();
  await operator.call(updateEventType, { params: { id }, body: { archived: true } });
  await expect(publish(fitting)).rejects.toMatchObject({ code: 'event_type_unknown' });
  await expect(define()).rejects.toMatchObject({ code: 'already_exists' });
  await operator.call(deleteEventType, { params: { id } });
  await publish({ anything: true });
});

it('with strictEventTypes only defined types may be published', async () => {
  await publish({});
  await operator.call(updateTenant, { body: { strictEventTypes: true } });
  await expect(publish({})).rejects.toMatchObject({ code: 'event_type_unknown' });
  await define();
  await publish(fitting);
});

it('those of the operator hold for all tenants, and a tenant’s own goes before them', async () => {
  const type = 'invoice.sent';
  const shared = await server.operator.call(createSharedEventType, {
    body: { type, description: 'For all', schema: { required: ['n'] } },
  });
  await expect(publish({}, type)).rejects.toMatchObject({ code: 'event_data_invalid' });
  expect((await operator.call(readEventType, { params: { id: shared.id } })).type).toBe(type);
  const other = operator.call(updateEventType, { params: { id: shared.id }, body: { archived: true } });
  await expect(other).rejects.toMatchObject({ code: 'not_found' });
  await define({ type, schema: null, examples: [] });
  await publish({}, type);
  const listed = (await operator.call(listEventTypes)).data.filter((one) => one.type === type);
  expect(listed.map(({ origin }) => origin).toSorted()).toEqual(['shared', 'tenant']);
  const owner = await server.owner();
  const byPerson = owner.client.call(updateSharedEventType, { params: { id: shared.id }, body: {} });
  await expect(byPerson).rejects.toMatchObject({ code: 'not_found' });
});

it('reserved types cannot be defined', async () => {
  for (const type of ['webhook.mine', 'contact.created'])
    await expect(define({ type })).rejects.toMatchObject({ code: 'event_type_reserved' });
});
