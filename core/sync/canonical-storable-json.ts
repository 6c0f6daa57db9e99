import { storableText } from '../kernel/index.ts';

/** What PostgreSQL's jsonb and text refuse: NUL, and halves of surrogate pairs. As JSON.stringify writes them. */
const refused = /\\u0000|\\ud[89a-f]/i;

/**
 * A JSON text that is the same for the same value, whatever the order of its keys: keys sorted at every depth,
 * undefined left out, dates as ISO. NUL and lone surrogates, which PostgreSQL does not hold, become U+FFFD, so that the
 * text of a value is that of what is stored of it. The kernel's `canonicalJson` replaces nothing.
 *
 * @throws TypeError for what JSON has no form for (bigint)
 */
export function canonicalStorableJson(value: unknown): string {
  return write(value) ?? 'null';
}

function write(value: unknown): string | undefined {
  if (typeof value === 'string') return writeString(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item) ?? 'null').join(',')}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return write((value as { toJSON(): unknown }).toJSON());
  let text = '';
  for (const key of Object.keys(value).toSorted()) {
    const item = write((value as Record<string, unknown>)[key]);
    if (item !== undefined) text += `${text === '' ? '' : ','}${writeString(key)}:${item}`;
  }
  return `{${text}}`;
}

function writeString(value: string): string {
  const text = JSON.stringify(value);
  return refused.test(text) ? JSON.stringify(storableText(value)) : text;
}
