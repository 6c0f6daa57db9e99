import { expect, test } from 'vitest';
import { httpResponse } from './http-response.ts';
import { cursor } from './pagination.ts';
import { restResource, type RestResourceOptions } from './rest-resource.ts';

const base: RestResourceOptions = {
  name: 'things',
  label: 'Things',
  eventPrefix: 'thing',
  url: 'api:/things',
  title: 'name',
  pageSize: 50,
  params: { limit: 'size', cursor: 'after' },
  readPage: cursor('next', 'data'),
  fields: [
    { name: 'name', label: 'Name', type: 'string', writable: true },
    { name: 'size', label: 'Size', type: 'number', writable: true },
    { name: 'made', label: 'Made', type: 'boolean', writable: false },
    { name: 'more', label: 'More', type: 'json', writable: false },
    { name: 'file', label: 'File', type: 'string', writable: true, writeOnly: true },
  ],
};

test('a record without an id, or with a field of another type, does not fit; what is unknown is kept', () => {
  const { schema } = restResource(base);
  const fits = (raw: unknown) => schema.safeParse(raw).success;
  expect(fits({ id: 7, name: null, size: 1.5, made: false, more: [{}], other: 'kept' })).toBe(true);
  expect(schema.parse({ id: 7, other: 'kept' })).toEqual({ id: 7, other: 'kept' });
  for (const bad of [
    {},
    { id: '' },
    { id: 1, size: '1' },
    { id: 1, made: 'yes' },
    { id: 1, name: 2 },
    [],
    null,
  ])
    expect(fits(bad)).toBe(false);
});

test('fields come flat by their names, null where the record has none, and never one that is only written', () => {
  const things = restResource({ ...base, id: 'meta.id', subtitle: 'size' });
  const raw = { meta: { id: 12 }, name: '', size: 3 };
  expect(things.fieldsOf(raw)).toEqual({ name: '', size: 3, made: null, more: null });
  expect([things.idOf(raw), things.display(raw)]).toEqual(['12', { title: 'Things 12', subtitle: '3' }]);
});

test('requests are those of REST: pages, one by id, and only what may be written', () => {
  const things = restResource({
    ...base,
    record: 'data',
    writes: { create: true, update: 'PUT', delete: true },
  });
  expect(things.list({ limit: 50 })).toEqual({
    method: 'GET',
    url: 'api:/things',
    query: { size: 50, after: undefined },
  });
  expect(things.get?.request('a/b?c').url).toBe('api:/things/a%2Fb%3Fc');
  const values = { name: 'x', made: true, file: 'f', unknown: 1 };
  expect(things.create?.request(values)).toEqual({
    method: 'POST',
    url: 'api:/things',
    json: { name: 'x', file: 'f' },
  });
  expect(things.update?.request('1', values)).toMatchObject({ method: 'PUT', url: 'api:/things/1' });
  expect(things.delete?.request('1')).toEqual({ method: 'DELETE', url: 'api:/things/1' });
  expect(things.create?.read(httpResponse(201, {}, '{"data":{"id":1}}'))).toEqual({ id: 1 });
});

test('without a parameter for it there is no reading by change time, and without leave no writing', () => {
  const things = restResource(base);
  expect([things.incremental, things.create, things.update, things.delete]).toEqual(Array(4).fill(undefined));
  const dated = restResource({
    ...base,
    updatedAt: 'at',
    params: { ...base.params, since: 'since' },
    incremental: { lookBackMs: 5 },
  });
  expect(dated.incremental?.request({ since: new Date(0), limit: 9 }).query).toMatchObject({
    since: '1970-01-01T00:00:00.000Z',
    size: 9,
  });
  expect(dated.incremental?.lookBackMs).toBe(5);
  expect(dated.updatedAtOf?.({ at: 'never' })).toBeUndefined();
  expect(dated.updatedAtOf?.({ at: '2026-11-20T12:00:00Z' })).toEqual(new Date('2026-11-20T12:00:00Z'));
});
