import { z } from 'zod';
import { readPath, resource } from '../kit/index.ts';
import { readMultifield, writeMultifields } from './multifields.ts';
import type { FieldSpec, FieldValues, HttpRequestSpec, HttpResponse, Page, Resource } from '../kit/index.ts';

/** Bitrix24 gives pages of this size and no other. */
const PAGE = 50;

const item = z.looseObject({
  id: z.number().int().positive(),
  createdTime: z.iso.datetime({ offset: true }),
  updatedTime: z.iso.datetime({ offset: true }),
  fm: z
    .array(z.looseObject({ typeId: z.string(), valueType: z.string().nullish(), value: z.string() }))
    .nullish(),
});

export type Bitrix24Item = z.infer<typeof item>;

/**
 * A CRM item type as a resource. All types share the `crm.item.*` methods; they differ in their number and fields.
 * `email` and `phone` stand for the first of each in the multifield `fm`, which an update can only add to: they are
 * set when an item is made, and an update leaves them out.
 */
export function items(options: {
  name: string;
  label: string;
  eventPrefix: string;
  entityTypeId: number;
  fields: readonly FieldSpec[];
  display: Resource<Bitrix24Item>['display'];
}): Resource {
  const { entityTypeId, fields } = options;
  const names = new Set(fields.map((field) => field.name));
  const contactWays = ['email', 'phone'].filter((name) => names.has(name));
  const call = (method: string, json: Record<string, unknown>, idempotent: boolean): HttpRequestSpec => ({
    method: 'POST',
    url: `rest:/crm.item.${method}`,
    idempotent,
    json: { entityTypeId, ...json },
  });
  // No `select`: it would leave `fm` out.
  const list = (filter: Record<string, unknown>, order: Record<string, 'ASC'>, start: number) =>
    call('list', { filter, order, start }, true);
  const readItem = (response: HttpResponse): unknown => readPath(response.json(), 'result.item');

  return resource<Bitrix24Item>({
    name: options.name,
    label: options.label,
    eventPrefix: options.eventPrefix,
    schema: item,
    idOf: (raw) => String(raw.id),
    updatedAtOf: (raw) => new Date(raw.updatedTime),
    display: options.display,
    fieldsOf: (raw) =>
      Object.fromEntries(
        fields.map(({ name, type }) => {
          if (contactWays.includes(name)) return [name, readMultifield(raw.fm, name)];
          return [name, readValue(raw[name], type)];
        }),
      ),
    fields,
    pageSize: PAGE,

    // By id, uncounted: what is made meanwhile comes at the end, and an offset deep into a list grows slow.
    list: ({ cursor }) => list(cursor === undefined ? {} : { '>id': Number(cursor) }, { id: 'ASC' }, -1),
    readPage: (response) => {
      const records = recordsOf(response);
      const last = readPath(records.at(-1), 'id');
      if (records.length < PAGE) return { records };
      if (typeof last !== 'number') throw new SyntaxError('the last item of a full page has no id');
      return { records, next: String(last) };
    },

    incremental: {
      // An offset into a list that moves while items change: a window per page meets that.
      movingOffset: true,
      lookBackMs: 60_000,
      request: ({ since, until, cursor }) =>
        list(
          {
            '>=updatedTime': wholeSecond(since),
            ...(until === undefined ? {} : { '<=updatedTime': second(until) }),
          },
          { updatedTime: 'ASC', id: 'ASC' },
          Number(cursor ?? 0),
        ),
      ties: ({ at, afterId }) =>
        list(
          {
            '>=updatedTime': second(at),
            '<=updatedTime': second(at),
            ...(afterId === undefined ? {} : { '>id': Number(afterId) }),
          },
          { id: 'ASC' },
          0,
        ),
      readPage: readOffsetPage,
    },

    get: { request: (id) => call('get', { id: Number(id) }, true), read: readItem },
    create: {
      request: (given) => {
        const fm = writeMultifields(given, contactWays);
        return call('add', { fields: { ...own(given, contactWays), ...fm } }, false);
      },
      read: readItem,
    },
    update: {
      request: (id, given) => call('update', { id: Number(id), fields: own(given, contactWays) }, true),
      read: readItem,
    },
    delete: { request: (id) => call('delete', { id: Number(id) }, true) },
  });
}

function recordsOf(response: HttpResponse): unknown[] {
  const records = readPath(response.json(), 'result.items');
  // An answer without its list is no empty list: reading it so would delete everything.
  if (!Array.isArray(records)) throw new SyntaxError('no list at "result.items" in the answer');
  return records as unknown[];
}

function readOffsetPage(response: HttpResponse): Page {
  const body = response.json();
  const [next, total] = [readPath(body, 'next'), readPath(body, 'total')];
  return {
    records: recordsOf(response),
    ...(typeof next === 'number' ? { next: String(next) } : {}),
    ...(typeof total === 'number' ? { total } : {}),
  };
}

function own(given: FieldValues, without: readonly string[]): FieldValues {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => !without.includes(name))
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}

/** A date comes with a time and the portal's offset; its day is the portal's own. */
function readValue(value: unknown, type: FieldSpec['type']): unknown {
  if (value === undefined || value === null || value === '') return null;
  return type === 'date' && typeof value === 'string' ? value.slice(0, 10) : value;
}

/** Change times are whole seconds, in any offset (that a filter may be in another than the portal's is unconfirmed). */
function second(at: Date): string {
  return `${at.toISOString().slice(0, 19)}+00:00`;
}

/** The next whole second: nothing is stamped between two, and the one before would be walked again. */
function wholeSecond(at: Date): string {
  return second(new Date(Math.ceil(at.getTime() / 1000) * 1000));
}
