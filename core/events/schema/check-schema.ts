import { formats } from './formats.ts';
import { definitionRef, schemaDialect, typeNames, type Issue } from './keywords.ts';
import { compilePattern } from './patterns.ts';

const [mostBytes, mostSchemas, deepest, mostValues, longestPattern] = [64 * 1024, 1_000, 24, 500, 500];

type Check = (value: unknown) => string | undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const when = (holds: boolean, message: string) => (holds ? undefined : message);

const count: Check = (value) =>
  when(Number.isSafeInteger(value) && Number(value) >= 0, 'must be a whole number from 0 on');
const number: Check = (value) => when(Number.isFinite(value), 'must be a number');
const text: Check = (value) => when(typeof value === 'string', 'must be a text');
const flag: Check = (value) => when(typeof value === 'boolean', 'must be true or false');
const isTypeName = (value: unknown) => typeNames.some((name) => name === value);

/** Keywords with a plain value, and what that value must be. */
const plain: Record<string, Check> = {
  title: text,
  description: text,
  $comment: text,
  default: () => undefined,
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  examples: (value) => when(Array.isArray(value), 'must be a list'),
  type: (value) =>
    when(
      isTypeName(value) || (Array.isArray(value) && value.length > 0 && value.every(isTypeName)),
      `must be one or some of ${typeNames.join(', ')}`,
    ),
  enum: (value) =>
    when(
      Array.isArray(value) && value.length > 0 && value.length <= mostValues,
      `must be a list of 1 to ${mostValues} values`,
    ),
  const: () => undefined,
  required: (value) =>
    when(Array.isArray(value) && value.every((name) => typeof name === 'string'), 'must be a list of names'),
  minProperties: count,
  maxProperties: count,
  minItems: count,
  maxItems: count,
  minLength: count,
  maxLength: count,
  uniqueItems: flag,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: (value) => when(Number.isFinite(value) && Number(value) > 0, 'must be a number above 0'),
  format: (value) =>
    when(typeof value === 'string' && formats.has(value), `must be one of ${[...formats.keys()].join(', ')}`),
  pattern(value) {
    if (typeof value !== 'string' || value.length > longestPattern)
      return `must be a text of at most ${longestPattern} characters`;
    try {
      compilePattern(value);
    } catch (error) {
      return `is not a pattern that can be checked in linear time (RE2): ${error instanceof Error ? error.message : ''}`;
    }
    return undefined;
  },
};
const ofOne = new Set(['additionalProperties', 'propertyNames', 'items', 'not']);
const ofList = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const ofNames = new Set(['properties', '$defs']);

/**
 * Checks that a schema can stand as the schema of a type: that it is of the part of 2020-12 we evaluate, bounded in
 * size and depth, and refers to nothing outside itself.
 *
 * @param schema what JSON can give
 * @returns what is wrong with it, place by place; empty when nothing is
 */
export function checkSchema(schema: unknown): Issue[] {
  const issues: Issue[] = [];
  const definitions = isObject(schema) && isObject(schema.$defs) ? schema.$defs : {};
  let schemas = 0;

  function walk(node: unknown, path: string, depth: number): void {
    schemas += 1;
    if (schemas > mostSchemas || issues.length >= 10) return;
    if (typeof node === 'boolean') return;
    if (!isObject(node))
      return void issues.push({ path, message: 'must be a schema: an object, true or false' });
    if (depth > deepest) return void issues.push({ path, message: `is deeper than ${deepest} levels` });
    for (const [keyword, value] of Object.entries(node)) {
      const message = judge(keyword, value, `${path}.${keyword}`, depth);
      if (message !== undefined) issues.push({ path: `${path}.${keyword}`, message });
    }
  }

  function judge(keyword: string, value: unknown, path: string, depth: number): string | undefined {
    if (keyword === '$schema')
      return when(depth === 0 && value === schemaDialect, `must be ${schemaDialect}`);
    if (keyword === '$ref') {
      const name = typeof value === 'string' ? definitionRef.exec(value)?.[1] : undefined;
      return when(
        name !== undefined && Object.hasOwn(definitions, name),
        'must name one of the $defs of this schema: #/$defs/name',
      );
    }
    if (keyword === '$defs' && depth > 0) return 'may stand at the top only';
    if (ofOne.has(keyword)) return void walk(value, path, depth + 1);
    if (ofList.has(keyword)) {
      if (!Array.isArray(value) || value.length === 0) return 'must be a list of schemas';
      value.forEach((one, place) => walk(one, `${path}.${place}`, depth + 1));
      return undefined;
    }
    if (ofNames.has(keyword)) {
      if (!isObject(value)) return 'must be an object of schemas';
      for (const [name, one] of Object.entries(value)) walk(one, `${path}.${name}`, depth + 1);
      return undefined;
    }
    return Object.hasOwn(plain, keyword) ? plain[keyword]?.(value) : 'is a keyword that is not supported';
  }

  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > mostBytes) return [{ path: '', message: `may take ${mostBytes / 1024} KiB` }];
  walk(schema, '', 0);
  if (schemas > mostSchemas) issues.unshift({ path: '', message: `may hold ${mostSchemas} schemas` });
  return issues;
}
