import { canonicalJson } from '../../kernel/index.ts';
import { formats } from './formats.ts';
import { definitionRef, type Issue, type JsonSchema, type TypeName } from './keywords.ts';
import { compilePattern } from './patterns.ts';

/** Nobody's schema may hold up the others: a step is a value met by a schema, or some characters compared. */
const [mostSteps, deepest, mostIssues] = [100_000, 200, 10];

class TooCostly extends Error {}

type Keywords = Exclude<JsonSchema, boolean>;
type Report = (path: string, message: string) => void;

/**
 * Evaluates a schema that `checkSchema` has passed, by interpreting it: no code is made of what a tenant gave. Its
 * effort is bounded, whatever schema and value are; past the bound the value does not fit.
 *
 * Source: JSON Schema 2020-12, core and validation (https://json-schema.org/draft/2020-12/json-schema-validation).
 *
 * @returns what does not fit, the first few; empty when the value fits
 */
export function validate(schema: JsonSchema, value: unknown): Issue[] {
  const issues: Issue[] = [];
  try {
    new Evaluation(schema).check(schema, value, '', 0, (path, message) => {
      if (issues.length < mostIssues) issues.push({ path, message });
    });
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error;
    return [{ path: '', message: 'takes too long to check against this schema' }];
  }
  return issues;
}

class Evaluation {
  readonly #definitions: Record<string, JsonSchema>;
  #steps = 0;

  constructor(root: JsonSchema) {
    this.#definitions = typeof root === 'boolean' ? {} : (root.$defs ?? {});
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > mostSteps) throw new TooCostly();
  }

  check(schema: JsonSchema, value: unknown, path: string, depth: number, report: Report): void {
    this.#spend(1);
    if (depth > deepest) throw new TooCostly();
    if (typeof schema === 'boolean') {
      if (!schema) report(path, 'is not allowed');
      return;
    }
    this.#any(schema, value, path, depth, report);
    if (typeof value === 'number') number(schema, value, path, report);
    else if (typeof value === 'string') this.#text(schema, value, path, report);
    else if (Array.isArray(value)) this.#list(schema, value, path, depth, report);
    else if (typeof value === 'object' && value !== null)
      this.#object(schema, value as Record<string, unknown>, path, depth, report);
  }

  #fits(schema: JsonSchema, value: unknown, depth: number): boolean {
    let fits = true;
    this.check(schema, value, '', depth, () => (fits = false));
    return fits;
  }

  #any(schema: Keywords, value: unknown, path: string, depth: number, report: Report): void {
    if (schema.$ref !== undefined) {
      const target = this.#definitions[definitionRef.exec(schema.$ref)?.[1] ?? ''];
      this.check(target ?? false, value, path, depth + 1, report);
    }
    if (schema.type !== undefined) {
      const types = Array.isArray(schema.type) ? schema.type : [schema.type];
      if (!types.some((type) => isOfType(value, type))) report(path, `must be ${types.join(' or ')}`);
    }
    if ('const' in schema && !this.#isSame(value, schema.const))
      report(path, 'must be the one value allowed');
    if (schema.enum !== undefined && !schema.enum.some((one) => this.#isSame(value, one)))
      report(path, 'must be one of the values allowed');
    for (const one of schema.allOf ?? []) this.check(one, value, path, depth + 1, report);
    if (schema.anyOf !== undefined && !schema.anyOf.some((one) => this.#fits(one, value, depth + 1)))
      report(path, 'fits none of the forms allowed');
    if (schema.oneOf !== undefined) {
      const fitting = schema.oneOf.filter((one) => this.#fits(one, value, depth + 1)).length;
      if (fitting !== 1)
        report(path, fitting === 0 ? 'fits none of the forms allowed' : 'fits more than one form');
    }
    if (schema.not !== undefined && this.#fits(schema.not, value, depth + 1))
      report(path, 'has a form that is not allowed');
  }

  /** Whether two values are the same JSON: numbers by their value, objects whatever the order of their members. */
  #isSame(one: unknown, other: unknown): boolean {
    this.#spend(1);
    if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
      return one === other;
    return this.#textOf(one) === this.#textOf(other);
  }

  #textOf(value: unknown): string {
    const text = canonicalJson(value);
    this.#spend(text.length >> 4);
    return text;
  }

  #text(schema: Keywords, value: string, path: string, report: Report): void {
    const { minLength, maxLength, pattern, format } = schema;
    if (minLength !== undefined || maxLength !== undefined) {
      this.#spend(value.length >> 6);
      // In characters, as the standard counts, not in UTF-16 units.
      let length = value.length;
      for (const _pair of value.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) length -= 1;
      if (minLength !== undefined && length < minLength)
        report(path, `must have ${minLength} characters or more`);
      if (maxLength !== undefined && length > maxLength)
        report(path, `must have ${maxLength} characters or fewer`);
    }
    if (pattern !== undefined) {
      this.#spend(value.length);
      if (!compilePattern(pattern).matcher(value).find()) report(path, `must match ${pattern}`);
    }
    if (format !== undefined) {
      this.#spend(value.length >> 4);
      if (formats.get(format)?.(value) === false) report(path, `must be a ${format}`);
    }
  }

  #list(schema: Keywords, value: unknown[], path: string, depth: number, report: Report): void {
    const { minItems, maxItems, uniqueItems, prefixItems = [], items } = schema;
    if (minItems !== undefined && value.length < minItems)
      report(path, `must have ${minItems} items or more`);
    if (maxItems !== undefined && value.length > maxItems)
      report(path, `must have ${maxItems} items or fewer`);
    if (uniqueItems === true) {
      const texts = new Set(value.map((item) => this.#textOf(item)));
      if (texts.size < value.length) report(path, 'must not have the same item twice');
    }
    for (const [place, item] of value.entries()) {
      const own = prefixItems[place] ?? items;
      if (own !== undefined) this.check(own, item, `${path}.${place}`, depth + 1, report);
    }
  }

  #object(
    schema: Keywords,
    value: Record<string, unknown>,
    path: string,
    depth: number,
    report: Report,
  ): void {
    const { minProperties, maxProperties, required = [], properties = {} } = schema;
    const names = Object.keys(value);
    this.#spend(required.length);
    if (minProperties !== undefined && names.length < minProperties)
      report(path, `must have ${minProperties} members or more`);
    if (maxProperties !== undefined && names.length > maxProperties)
      report(path, `must have ${maxProperties} members or fewer`);
    for (const name of required) if (!Object.hasOwn(value, name)) report(`${path}.${name}`, 'is missing');
    for (const name of names) {
      const at = `${path}.${name}`;
      if (schema.propertyNames !== undefined) this.check(schema.propertyNames, name, at, depth + 1, report);
      const own = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
      if (own !== undefined) this.check(own, value[name], at, depth + 1, report);
    }
  }
}

function number(schema: Keywords, value: number, path: string, report: Report): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) report(path, `must be ${minimum} or more`);
  if (maximum !== undefined && value > maximum) report(path, `must be ${maximum} or less`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    report(path, `must be more than ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    report(path, `must be less than ${exclusiveMaximum}`);
  if (multipleOf !== undefined) {
    // 0.3 is a multiple of 0.1, whatever binary fractions make of it.
    const times = value / multipleOf;
    if (Math.abs(times - Math.round(times)) > 1e-9 * Math.max(1, Math.abs(times)))
      report(path, `must be a multiple of ${multipleOf}`);
  }
}

function isOfType(value: unknown, type: TypeName): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
