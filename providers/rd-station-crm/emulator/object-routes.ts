import { json, readJson } from '../../kit/emulator/index.ts';
import { failure, missing } from './envelopes.ts';
import { guarded } from './guard.ts';
import { KINDS } from './kinds.ts';
import { fits, readRdql } from './read-rdql.ts';
import { comparable, shownId, view } from './views.ts';
import type {
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';
import type { Kind } from './kinds.ts';

const DEFAULT_SIZE = 25;
const LARGEST_SIZE = 200;
const REACH = 10_000;

/** Lists, looks and writes of every kind of record. */
export function objectRoutes(world: World): Route[] {
  type Act = (request: EmulatorRequest, accountId: string, type: string, kind: Kind) => EmulatorResponse;
  const route = (method: string, tail: string, act: Act): Route => ({
    method,
    host: 'api',
    path: `/crm/v2/:type${tail}`,
    handler: guarded(world, (request, accountId) => {
      const type = request.params['type'] ?? '';
      const kind = KINDS[type];
      if (kind === undefined || kind.nested === true) return missing();
      if (kind.readOnly === true && method !== 'GET') return missing();
      return act(request, accountId, type, kind);
    }),
  });
  const find = (request: EmulatorRequest, accountId: string, type: string): EmulatedRecord | undefined => {
    const found = world.records.all(accountId, type).find((one) => shownId(one) === request.params['id']);
    return found?.archivedAt === undefined ? found : undefined;
  };

  const list: Act = (request, accountId, type, kind) => {
    const { query } = request;
    const page = Number(query.get('page[number]') ?? 1);
    const size = Number(query.get('page[size]') ?? DEFAULT_SIZE);
    if (!Number.isInteger(page) || page < 1 || !Number.isInteger(size) || size < 1 || size > LARGEST_SIZE)
      return invalid('page', `page[number] from 1, page[size] from 1 to ${LARGEST_SIZE}`);
    if (page * size > REACH) return invalid('page', `only the first ${REACH} can be listed`);
    const terms = readRdql(query.get('filter') ?? '', kind);
    if (typeof terms === 'string') return invalid('filter', terms);
    const sorts = [...query].flatMap(([name, order]) => {
      const field = /^sort\[(\w+)\]$/.exec(name)?.[1];
      return field === undefined ? [] : [{ field, sign: order === 'desc' ? -1 : 1 }];
    });
    const odd = sorts.find(({ field }) => !kind.sorts.includes(field));
    if (odd !== undefined) return invalid('sort', `${odd.field} cannot be sorted by`);
    const under = request.params['pipeline'];
    const found = world.records
      .all(accountId, type)
      .filter((one) => one.archivedAt === undefined)
      .filter((one) => under === undefined || one.fields['pipeline_id'] === under)
      .filter((one) => terms.every((term) => fits(comparable(one, term.field), term)));
    for (const { field, sign } of sorts) {
      const keys = new Map(found.map((one) => [one, comparable(one, field)]));
      const place = (one: EmulatedRecord): string => keys.get(one) ?? '';
      found.sort((a, b) => sign * (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
    }
    const link = (number: number): string => {
      const url = new URL(request.url);
      url.searchParams.set('page[number]', String(number));
      return url.href;
    };
    const more = page * size < found.length && (page + 1) * size <= REACH;
    return json(200, {
      data: found.slice((page - 1) * size, page * size).map(view),
      links: { first: link(1), prev: page > 1 ? link(page - 1) : null, next: more ? link(page + 1) : null },
    });
  };

  const write = (
    request: EmulatorRequest,
    kind: Kind,
    partial: boolean,
  ): Record<string, string> | EmulatorResponse => {
    const data = readJson(request)?.['data'];
    if (typeof data !== 'object' || data === null) return invalid('data', 'the body must be wrapped in data');
    const given = data as Record<string, unknown>;
    for (const name of kind.required) {
      const lacks = given[name] === undefined ? !partial : given[name] === null || given[name] === '';
      if (lacks) return invalid(name, `${name} can't be blank`);
    }
    const fields: Record<string, string> = {};
    for (const [name, value] of Object.entries(given)) {
      if (kind.values.includes(name)) fields[name] = value === null ? '' : JSON.stringify(value);
      else if (!kind.texts.includes(name)) return invalid(name, `${name} is not permitted`);
      else if (value !== null && typeof value !== 'string') return invalid(name, `${name} must be a text`);
      else fields[name] = value ?? '';
    }
    return fields;
  };

  return [
    {
      method: 'GET',
      host: 'api',
      path: '/crm/v2/pipelines/:pipeline/stages',
      handler: guarded(world, (request, accountId) => {
        const pipeline = world.records.get(accountId, 'pipelines', request.params['pipeline'] ?? '');
        const kind = KINDS['stages'];
        return pipeline === undefined || kind === undefined
          ? missing()
          : list(request, accountId, 'stages', kind);
      }),
    },
    route('GET', '', list),
    route('GET', '/:id', (request, accountId, type) => {
      const found = find(request, accountId, type);
      return found === undefined ? missing() : json(200, { data: view(found) });
    }),
    route('POST', '', (request, accountId, type, kind) => {
      const fields = write(request, kind, false);
      if (isAnswer(fields)) return fields;
      return json(201, { data: view(world.records.create(accountId, type, fields)) });
    }),
    route('PUT', '/:id', (request, accountId, type, kind) => {
      const found = find(request, accountId, type);
      if (found === undefined) return missing();
      const fields = write(request, kind, true);
      if (isAnswer(fields)) return fields;
      const updated = world.records.update(accountId, type, found.id, fields);
      return updated === undefined ? missing() : json(200, { data: view(updated) });
    }),
    route('DELETE', '/:id', (request, accountId, type) => {
      const found = find(request, accountId, type);
      if (found === undefined) return missing();
      world.records.archive(accountId, type, found.id);
      return { status: 204 };
    }),
  ];
}

function isAnswer(value: Record<string, string> | EmulatorResponse): value is EmulatorResponse {
  return typeof value['status'] === 'number';
}

function invalid(what: string, message: string): EmulatorResponse {
  return failure(422, `INVALID_${what.toUpperCase()}`, message);
}
