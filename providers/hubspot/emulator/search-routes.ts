import { json, readJson } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import { guarded } from './guard.ts';
import { knownType, propertyOf, scopeOf, shape } from './record-shape.ts';
import type { EmulatedRecord, Route, World } from '../../kit/emulator/index.ts';

const SEARCH_LIMIT = 200;
const REACH = 10_000;

const OPERATORS = [
  'EQ',
  'NEQ',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
] as const;

interface Filter {
  propertyName: string;
  operator: (typeof OPERATORS)[number];
  value?: string;
  highValue?: string;
  values?: string[];
}

interface Query {
  filterGroups: { filters: Filter[] }[];
  sort: { propertyName: string; direction: string };
  words: string;
  properties: string[];
  limit: number;
  after: number;
}

/** The query of a body; a text says what is wrong with it. By hand, so that starting the sandbox loads no parser. */
function readQuery(body: Record<string, unknown> | undefined): Query | string {
  if (body === undefined) return 'the body is not a JSON object';
  const groups = list(body['filterGroups']);
  const filterGroups = groups.map((group) => ({
    filters: list((group as { filters?: unknown }).filters) as Filter[],
  }));
  for (const { filters } of filterGroups) {
    for (const one of filters) {
      if (typeof one.propertyName !== 'string') return 'a filter has no propertyName';
      if (!OPERATORS.includes(one.operator)) return `unknown operator ${one.operator as string}`;
    }
  }
  const sorts = list(body['sorts']) as (string | { propertyName: string; direction?: string })[];
  if (sorts.length > 1) return 'only one sort is allowed';
  const first = sorts[0] ?? 'createdate';
  const sort = typeof first === 'string' ? { propertyName: first } : first;
  const limit = Number(body['limit'] ?? 10);
  const after = Number(body['after'] ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > SEARCH_LIMIT)
    return `limit must be between 1 and ${SEARCH_LIMIT}`;
  if (!Number.isInteger(after) || after < 0) return `invalid after: ${String(body['after'])}`;
  return {
    filterGroups,
    sort: { direction: 'ASCENDING', ...sort },
    words: typeof body['query'] === 'string' ? body['query'].toLowerCase() : '',
    properties: list(body['properties']).map(String),
    limit,
    after,
  };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** CRM search: filters, one sort, an offset as cursor, nothing past 10,000. Archived records are not found. */
export function searchRoutes(world: World): Route[] {
  const handler = guarded(
    world,
    { scope: ({ params }) => scopeOf(params['type'] ?? '', 'read'), search: true },
    (request, { accountId }) => {
      const type = request.params['type'] ?? '';
      if (!knownType(type))
        return failure(404, 'OBJECT_NOT_FOUND', `Unable to infer object type from: ${type}`);
      const parsed = readQuery(readJson(request));
      if (typeof parsed === 'string')
        return failure(400, 'VALIDATION_ERROR', `Invalid input JSON: ${parsed}`);
      const { filterGroups, sort, words, properties, limit, after } = parsed;
      if (after + limit > REACH) {
        return failure(
          400,
          'VALIDATION_ERROR',
          `Search results are limited to ${REACH}: after + limit goes past them.`,
        );
      }
      const found = world.records.all(accountId, type).filter((record) => {
        if (record.archivedAt !== undefined) return false;
        if (
          words !== '' &&
          !Object.values(record.fields).some((value) => value.toLowerCase().includes(words))
        )
          return false;
        return (
          filterGroups.length === 0 ||
          filterGroups.some((group) => group.filters.every((one) => fits(record, one)))
        );
      });
      const { propertyName, direction } = sort;
      const sign = direction === 'DESCENDING' ? -1 : 1;
      found.sort((a, b) => sign * compare(propertyOf(a, propertyName), propertyOf(b, propertyName)));
      const results = found.slice(after, after + limit).map((one) => shape(one, properties));
      const next = after + limit < found.length ? { paging: { next: { after: String(after + limit) } } } : {};
      return json(200, { total: found.length, results, ...next });
    },
  );
  return [{ method: 'POST', host: 'api', path: '/crm/v3/objects/:type/search', handler }];
}

function fits(record: EmulatedRecord, { propertyName, operator, value, highValue, values }: Filter): boolean {
  const held = propertyOf(record, propertyName);
  if (operator === 'HAS_PROPERTY') return held !== null;
  if (operator === 'NOT_HAS_PROPERTY') return held === null;
  if (held === null) return operator === 'NEQ' || operator === 'NOT_IN';
  const same = (other: string | undefined): boolean => other !== undefined && compare(held, other) === 0;
  switch (operator) {
    case 'EQ':
      return same(value);
    case 'NEQ':
      return !same(value);
    case 'IN':
      return values?.some(same) ?? false;
    case 'NOT_IN':
      return !(values?.some(same) ?? false);
    case 'CONTAINS_TOKEN':
      return held.toLowerCase().includes((value ?? '').toLowerCase().replaceAll('*', ''));
    case 'LT':
      return compare(held, value ?? '') < 0;
    case 'LTE':
      return compare(held, value ?? '') <= 0;
    case 'GT':
      return compare(held, value ?? '') > 0;
    case 'GTE':
      return compare(held, value ?? '') >= 0;
    case 'BETWEEN':
      return compare(held, value ?? '') >= 0 && compare(held, highValue ?? '') <= 0;
  }
}

/** Numbers and times by value (a time may be told in ISO or in milliseconds), texts without regard to case. */
function compare(a: string | null, b: string | null): number {
  const [left, right] = [measure(a), measure(b)];
  if (left !== undefined && right !== undefined) return left - right;
  const [x, y] = [(a ?? '').toLowerCase(), (b ?? '').toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

function measure(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : undefined;
}
