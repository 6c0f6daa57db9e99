import type { InputField } from '@mortise/providers/kit';
import { MortiseError } from '../kernel/index.ts';

export interface FieldIssue {
  path: string;
  message: string;
}

/** A line break or another control character would end up in a header. */
const printable = /^[^\p{Cc}]*$/u;

function issueOf(field: InputField, value: string): string | undefined {
  if (value === '') return field.required ? `${field.label} is needed.` : undefined;
  if (!printable.test(value)) return `${field.label} must be one line of text.`;
  if (field.pattern !== undefined && !new RegExp(`^(?:${field.pattern})$`).test(value)) {
    return field.placeholder === undefined
      ? `${field.label} does not look right.`
      : `${field.label} does not look right: it looks like ${field.placeholder}`;
  }
  return undefined;
}

/** What is wrong with a person's entries, field by field. Pure. @param at where they stand in the request */
export function fieldIssues(
  fields: readonly InputField[],
  values: Readonly<Record<string, string>>,
  at: string,
): FieldIssue[] {
  const wrong = fields.flatMap((field) => {
    const given = Object.hasOwn(values, field.name) ? (values[field.name] ?? '') : '';
    const message = issueOf(field, given.trim());
    return message === undefined ? [] : [{ path: `${at}.${field.name}`, message }];
  });
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  return [
    ...wrong,
    ...unknown.map((name) => ({ path: `${at}.${name}`, message: 'There is no such field.' })),
  ];
}

/**
 * A person's entries as they are kept: without the blanks that come along when something is copied, and without what was
 * left empty.
 *
 * @throws MortiseError invalid_request, field by field, never with a value
 */
export function checkFields(
  fields: readonly InputField[],
  values: Readonly<Record<string, string>>,
  at: string,
): Readonly<Record<string, string>> {
  const issues = fieldIssues(fields, values, at);
  if (issues.length > 0) throw new MortiseError('invalid_request', { issues });
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
}
