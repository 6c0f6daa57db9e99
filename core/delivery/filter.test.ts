import { createWebhook, type EventFilter } from '@mortise/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFilter } from './compile-filter.ts';

/** Few names and few values, so that paths lead somewhere and comparisons meet. */
const name = fc.constantFrom('a', 'b', 'data', '0', '1', '__proto__', 'toString');
const scalar = fc.constantFrom<(string | number | boolean | null)[]>(
  null,
  true,
  false,
  0,
  1,
  2,
  -1.5,
  '',
  'a',
  'ab',
  'b',
  '1',
);
const { body } = fc.letrec<{ body: unknown; value: unknown }>((tie) => ({
  body: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('body')),
}));
const ordered = fc.constantFrom(0, 1, 'a', 'ab', '');
const text = fc.constantFrom('', 'a', 'b', 'ab');
const comparison = fc
  .record(
    {
      $eq: scalar,
      $ne: scalar,
      $in: fc.array(scalar, { maxLength: 3 }),
      $nin: fc.array(scalar, { maxLength: 3 }),
      $gt: ordered,
      $gte: ordered,
      $lt: ordered,
      $lte: ordered,
      $exists: fc.boolean(),
      $contains: scalar,
      $startsWith: text,
      $endsWith: text,
    },
    { requiredKeys: [] },
  )
  .filter((given) => Object.keys(given).length > 0);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'));
const { filter: anyFilter } = fc.letrec<{ filter: EventFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.dictionary(path, fc.oneof(scalar, comparison), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie('filter'), { minLength: 1, maxLength: 2 }).map(($and) => ({ $and })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 2 }).map(($or) => ({ $or })),
    tie('filter').map(($not) => ({ $not })),
  ),
}));

/** All that a path leads to, gathered before anything is compared. */
function found(value: unknown, names: string[]): unknown[] {
  const [first, ...rest] = names;
  if (first === undefined) return [value];
  if (Array.isArray(value)) {
    if (/^\d+$/.test(first)) return Number(first) in value ? found(value[Number(first)], rest) : [];
    return value.flatMap((element) => found(element, names));
  }
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries(value).find(([key]) => key === first);
  return own === undefined ? [] : found(own[1], rest);
}

/** The contract's words, one after the other, with no thought of how long it takes. */
function naive(filter: EventFilter, event: unknown): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    if (key === '$and') return (wanted as EventFilter[]).every((one) => naive(one, event));
    if (key === '$or') return (wanted as EventFilter[]).some((one) => naive(one, event));
    if (key === '$not') return !naive(wanted as EventFilter, event);
    const there = found(event, key.split('.'));
    const values = there.flatMap((value) =>
      Array.isArray(value) ? [value, ...(value as unknown[])] : [value],
    );
    const equal = (one: unknown) => values.includes(one) || (one === null && there.length === 0);
    const some = (operand: unknown, passes: (value: string | number) => boolean) =>
      values.some((value) => typeof value === typeof operand && passes(value as string | number));
    const comparisons =
      typeof wanted === 'object' && wanted !== null ? Object.entries(wanted) : [['$eq', wanted] as const];
    return comparisons.every(([how, operand]) => {
      const [one, many] = [operand as string | number, operand as unknown[]];
      switch (how) {
        case '$eq':
          return equal(operand);
        case '$ne':
          return !equal(operand);
        case '$in':
          return many.some(equal);
        case '$nin':
          return !many.some(equal);
        case '$gt':
          return some(one, (value) => value > one);
        case '$gte':
          return some(one, (value) => value >= one);
        case '$lt':
          return some(one, (value) => value < one);
        case '$lte':
          return some(one, (value) => value <= one);
        case '$exists':
          return there.length > 0 === operand;
        case '$startsWith':
          return some(one, (value) => String(value).startsWith(String(one)));
        case '$endsWith':
          return some(one, (value) => String(value).endsWith(String(one)));
        default:
          return there.some((value) =>
            Array.isArray(value)
              ? value.includes(operand)
              : typeof value === 'string' && typeof operand === 'string' && value.includes(operand),
          );
      }
    });
  });
}

const webhookWith = (given: unknown) =>
  createWebhook.body.safeParse({
    name: 'x',
    url: 'https://a.example',
    events: ['*'],
    settings: { filter: given },
  });
const refusalOf = (given: unknown) => webhookWith(given).error?.issues[0];

test('a compiled filter says what the contract says, whatever the filter and whatever the event', () => {
  let [matched, missed] = [0, 0];
  fc.assert(
    fc.property(anyFilter, body, (given, event) => {
      const data = JSON.parse(JSON.stringify(event)) as object;
      const compiled = compileFilter(given);
      const matches = compiled.matches(data);
      expect(matches).toBe(naive(given, data));
      expect(compiled.failing(data).length === 0).toBe(matches);
      if (matches) matched += 1;
      else missed += 1;
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(matched, missed)).toBeGreaterThan(100);
});

test('every filter that compares is taken as it stands', () => {
  fc.assert(
    fc.property(anyFilter, (given) => {
      // No body of a request can hold it: the server refuses to read one.
      fc.pre(!JSON.stringify(given).includes('__proto__'));
      const judged = webhookWith(given);
      expect(judged.data?.settings?.filter ?? given).toEqual(given);
      // Those that are too deep or too large are refused and not cut.
      if (!judged.success)
        expect(judged.error.issues[0]?.message).toMatch(/nested|places|value or comparisons/);
    }),
  );
});

test('a filter means what its words say', () => {
  const event = {
    type: 'deal.won',
    subject: null,
    data: {
      amount: 120,
      tags: ['vip', 'eu'],
      lines: [
        { sku: 'a1', n: 2 },
        { sku: 'b2', n: 9 },
      ],
      note: null,
    },
  };
  const holds: EventFilter[] = [
    { type: 'deal.won', 'data.amount': { $gt: 100, $lte: 120 } },
    { 'data.tags': 'vip' },
    { 'data.tags': { $contains: 'eu' } },
    { 'data.lines.sku': { $startsWith: 'b' } },
    { 'data.lines.1.n': 9 },
    { 'data.note': null, 'data.missing': null, subject: null },
    { 'data.note': { $exists: true }, 'data.missing': { $exists: false } },
    { 'data.tags': { $nin: ['us'] } },
    { $not: { 'data.amount': { $lt: 100 } } },
    { $or: [{ 'data.amount': 1 }, { 'data.lines.n': { $gte: 9 } }] },
    {},
  ];
  const fails: EventFilter[] = [
    { 'data.amount': '120' },
    { 'data.amount': { $gt: '1' } },
    { 'data.missing': { $gt: 0 } },
    { 'data.missing': { $ne: null } },
    { 'data.tags': { $ne: 'vip' } },
    { 'data.toString': { $exists: true } },
    { 'data.lines.2': { $exists: true } },
    { 'data.tags.length': 2 },
  ];
  for (const given of holds) expect([given, compileFilter(given).matches(event)]).toEqual([given, true]);
  for (const given of fails) expect([given, compileFilter(given).matches(event)]).toEqual([given, false]);
  expect(compileFilter({ type: 'deal.won', 'data.amount': 1, 'data.x': 2 }).failing(event)).toEqual([
    'data.amount',
    'data.x',
  ]);
});

test.each([
  ['what is no object', [], /Invalid input/, ''],
  ['an unknown operator', { 'data.a': { $regex: 'x' } }, /value or comparisons/, 'data.a'],
  ['an unknown joint', { $nor: [{}] }, /not known/, '$nor'],
  ['an empty joint', { $or: [] }, /list of 1 to/, '$or'],
  ['an empty comparison', { 'data.a': {} }, /value or comparisons/, 'data.a'],
  ['a value that is a list', { 'data.a': [1] }, /value or comparisons/, 'data.a'],
  ['a number where text must be', { 'data.a': { $startsWith: 1 } }, /value or comparisons/, 'data.a'],
  ['a path that is none', { 'data..a': 1 }, /must be a path/, 'data..a'],
  ['what is no filter in a joint', { $and: [{ a: 1 }, 3] }, /must be an object/, '$and.1'],
])('a filter with %s is refused, with its place', (_, given, message, place) => {
  const issue = refusalOf(given);
  expect(issue?.message).toMatch(message);
  expect(issue?.path.join('.')).toBe(['settings', 'filter', place].filter((part) => part !== '').join('.'));
});

test('a filter that is too deep or too large is refused, with its place, however deep it is', () => {
  let deep: object = { a: 1 };
  for (let depth = 0; depth < 5; depth++) deep = { $not: deep };
  expect(refusalOf(deep)).toMatchObject({ message: expect.stringContaining('nested') as string });
  const wide = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`data.p${n}`, n]));
  expect(refusalOf(wide)).toMatchObject({
    path: ['settings', 'filter', 'data.p50'],
    message: expect.stringContaining('50 places') as string,
  });
  const abyss: unknown = JSON.parse(`${'{"$not":'.repeat(50_000)}{}${'}'.repeat(50_000)}`);
  expect(refusalOf(abyss)?.message).toContain('nested');
});
