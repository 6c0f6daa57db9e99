import type { EventFilter } from '@mortise/contract';

/** A filter made ready to be asked for every event. */
export interface CompiledFilter {
  /** @param body an event's body, parsed */
  matches(body: object): boolean;
  /** The places of the outermost filter that are in the way; none where it matches. */
  failing(body: object): string[];
}

type Test = (body: unknown) => boolean;

/**
 * Makes closures of a filter, whose meaning stands in the contract. It reads what an event can hold and nothing else:
 * no inherited property, no code. The time it takes grows with the body and the filter, and with nothing in them.
 *
 * @param filter one that the contract has accepted
 */
export function compileFilter(filter: EventFilter): CompiledFilter {
  const places = Object.entries(filter).map(([key, value]) => ({ key, test: compile(key, value) }));
  return {
    matches: (body) => places.every(({ test }) => test(body)),
    failing: (body) => places.filter(({ test }) => !test(body)).map(({ key }) => key),
  };
}

function all(filter: unknown): Test {
  const tests = Object.entries(filter as object).map(([key, value]) => compile(key, value));
  return (body) => tests.every((test) => test(body));
}

function compile(key: string, value: unknown): Test {
  if (key === '$not') {
    const inner = all(value);
    return (body) => !inner(body);
  }
  if (key === '$and' || key === '$or') {
    const inner = (value as unknown[]).map(all);
    return key === '$and'
      ? (body) => inner.every((test) => test(body))
      : (body) => inner.some((test) => test(body));
  }
  const path = key.split('.');
  const wanted =
    typeof value === 'object' && value !== null ? Object.entries(value) : [['$eq', value] as const];
  const tests = wanted.map(([comparison, operand]) => compare(path, comparison, operand));
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (body) => tests.every((test) => test(body));
}

function compare(path: readonly string[], comparison: string, operand: unknown): Test {
  const any =
    (test: Test): Test =>
    (body) =>
      reaches(body, path, 0, (found) => test(found) || (Array.isArray(found) && found.some(test)));
  const exists: Test = (body) => reaches(body, path, 0, () => true);
  const equals = (one: unknown): Test => {
    const there = any((found) => found === one);
    return one === null ? (body) => there(body) || !exists(body) : there;
  };
  const oneOf = (operands: unknown): Test => {
    const tests = (operands as unknown[]).map(equals);
    return (body) => tests.some((test) => test(body));
  };
  switch (comparison) {
    case '$eq':
      return equals(operand);
    case '$ne':
      return not(equals(operand));
    case '$in':
      return oneOf(operand);
    case '$nin':
      return not(oneOf(operand));
    case '$exists':
      return operand === true ? exists : not(exists);
    case '$contains':
      return (body) => reaches(body, path, 0, (found) => contains(found, operand));
    case '$startsWith':
      return any((found) => typeof found === 'string' && found.startsWith(String(operand)));
    case '$endsWith':
      return any((found) => typeof found === 'string' && found.endsWith(String(operand)));
    default:
      return any(ordered(comparison, operand as string | number));
  }
}

const not =
  (test: Test): Test =>
  (body) =>
    !test(body);

function contains(found: unknown, operand: unknown): boolean {
  if (Array.isArray(found)) return found.includes(operand);
  return typeof found === 'string' && typeof operand === 'string' && found.includes(operand);
}

function ordered(comparison: string, operand: string | number): Test {
  const type = typeof operand;
  const same = (found: unknown): found is string | number => typeof found === type;
  switch (comparison) {
    case '$gt':
      return (found) => same(found) && found > operand;
    case '$gte':
      return (found) => same(found) && found >= operand;
    case '$lt':
      return (found) => same(found) && found < operand;
    case '$lte':
      return (found) => same(found) && found <= operand;
    default:
      throw new TypeError(`No filter compares by ${comparison}`);
  }
}

/** Whether a path leads to anything that passes a test. */
function reaches(value: unknown, path: readonly string[], at: number, test: Test): boolean {
  const name = path[at];
  if (name === undefined) return test(value);
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value))
    return (
      Object.hasOwn(value, name) && reaches((value as Record<string, unknown>)[name], path, at + 1, test)
    );
  if (!/^(0|[1-9]\d*)$/.test(name)) return value.some((element) => reaches(element, path, at, test));
  return Number(name) < value.length && reaches(value[Number(name)], path, at + 1, test);
}
