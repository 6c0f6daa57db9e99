import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSchema } from './check-schema.ts';
import type { JsonSchema } from './keywords.ts';
import { validate } from './validate.ts';

const names = fc.constantFrom('a', 'b', 'c');
const values = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0, 1, 2, 3.5, -1, '', 'a', 'ab', 'abc', '😀', 'A-1'),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(names, tie('any'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).any;
const small = fc.integer({ min: 0, max: 3 });
const schemas = fc.letrec<{ any: JsonSchema }>((tie) => {
  const list = fc.array(tie('any'), { minLength: 1, maxLength: 3 });
  return {
    any: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.boolean(),
      fc.record(
        {
          type: fc.constantFrom('null', 'boolean', 'object', 'array', 'number', 'string', 'integer'),
          enum: fc.uniqueArray(values, {
            minLength: 1,
            maxLength: 3,
            selector: (one) => JSON.stringify(one),
          }),
          const: values,
          minimum: small,
          exclusiveMaximum: small,
          multipleOf: fc.constantFrom(1, 2, 0.5),
          minLength: small,
          maxLength: small,
          pattern: fc.constantFrom('^a', 'b$', '^[A-Z]-\\d$'),
          required: fc.uniqueArray(names, { maxLength: 2 }),
          properties: fc.dictionary(names, tie('any'), { maxKeys: 2, noNullPrototype: true }),
          additionalProperties: tie('any'),
          propertyNames: fc.constantFrom<JsonSchema>({ enum: ['a', 'b'] }, { maxLength: 1 }, true),
          minProperties: small,
          maxProperties: small,
          prefixItems: list,
          items: tie('any'),
          minItems: small,
          maxItems: small,
          uniqueItems: fc.boolean(),
          allOf: list,
          anyOf: list,
          oneOf: list,
          not: tie('any'),
          $ref: fc.constantFrom('#/$defs/text', '#/$defs/list'),
        },
        { requiredKeys: [] },
      ),
    ),
  };
}).any;
const $defs = {
  text: { type: 'string' },
  list: { type: 'array', items: { $ref: '#/$defs/text' } },
} satisfies Record<string, JsonSchema>;

/** The other's verdict; undefined where the code that it makes does not run (ajv 8.20 with some `oneOf` beside `not`). */
function judgedBy(other: (value: unknown) => unknown, value: unknown): boolean | undefined {
  try {
    return other(value) === true;
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

describe('the interpreter', () => {
  it('judges as a validator that compiles does, whatever the schema and the value', () => {
    fc.assert(
      fc.property(schemas, fc.array(values, { minLength: 3, maxLength: 6 }), (inner, several) => {
        const schema = { $defs, allOf: [inner] };
        expect(checkSchema(schema)).toEqual([]);
        const other = new Ajv2020({ strict: false, allErrors: false }).compile(schema);
        for (const one of several) {
          const expected = judgedBy(other, one);
          fc.pre(expected !== undefined);
          expect([one, validate(schema, one).length === 0]).toEqual([one, expected]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('ends soon on a schema that refers to itself, on a large value, and on a pattern that would run away elsewhere', () => {
    const circle: JsonSchema = { $defs: { a: { not: { $ref: '#/$defs/a' } } }, $ref: '#/$defs/a' };
    const costly = [{ path: '', message: 'takes too long to check against this schema' }];
    expect(validate(circle, {})).toEqual(costly);
    expect(
      validate(
        { items: { uniqueItems: true } },
        Array.from({ length: 200_000 }, () => 1),
      ),
    ).toEqual(costly);
    expect(validate({ pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`)).toHaveLength(1);
  });

  it('takes a member named like one of JavaScript’s own for what it is', () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"string"}},"required":["constructor"]}',
    ) as JsonSchema;
    expect(validate(schema, JSON.parse('{"__proto__":1}')).map(({ path }) => path)).toEqual([
      '.constructor',
      '.__proto__',
    ]);
  });
});
