/**
 * Lists as PostgreSQL reads them in a statement's parameters (https://www.postgresql.org/docs/current/arrays.html,
 * "Array Input and Output Syntax"). The driver makes them of arrays by itself, an element at a time through three
 * functions and two regular expressions; in the statements that every event passes that was a twentieth of the time.
 */

/** Bare ids, and whatever else has neither quotes, commas, braces nor spaces, and is never null or empty. */
export function uuidArray(ids: readonly string[]): string {
  return `{${ids.join(',')}}`;
}

export function numberArray(values: readonly number[]): string {
  return `{${values.join(',')}}`;
}

export function momentArray(values: readonly (Date | null)[]): string {
  let text = '{';
  for (const value of values) {
    if (text.length > 1) text += ',';
    text += value === null ? 'NULL' : momentText(value);
  }
  return `${text}}`;
}

/** The database writes years of five digits without a sign, and those before the first as so many before Christ. */
function momentText(value: Date): string {
  const text = value.toISOString();
  const year = value.getUTCFullYear();
  if (year > 0 && year < 10_000) return text;
  const rest = text.slice(text.indexOf('-', 1));
  return year > 0 ? `${year}${rest}` : `"${String(1 - year).padStart(4, '0')}${rest} BC"`;
}

/** Bytes, in the database's hex form. */
export function bytesArray(values: readonly (Uint8Array | null)[]): string {
  let text = '{';
  for (const value of values) {
    if (text.length > 1) text += ',';
    text += value === null ? 'NULL' : `"\\\\x${hexOf(value)}"`;
  }
  return `${text}}`;
}

const hexOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex');

/** Any texts, JSON among them. */
export function textArray(values: readonly (string | null)[]): string {
  let text = '{';
  for (const value of values) {
    if (text.length > 1) text += ',';
    text += value === null ? 'NULL' : quoted(value);
  }
  return `${text}}`;
}

function quoted(value: string): string {
  const escaped = value.includes('\\') ? value.replaceAll('\\', '\\\\') : value;
  return `"${escaped.includes('"') ? escaped.replaceAll('"', '\\"') : escaped}"`;
}
