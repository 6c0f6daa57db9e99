/**
 * What PostgreSQL cannot hold and JavaScript can: the NUL character, in text and in jsonb, and half of a surrogate
 * pair. Neither means anything in a text; both do arrive in what providers send. They become U+FFFD, the character
 * that stands for what could not be read, where a value is made ready for the database: a record that holds one is
 * then kept and sent on instead of failing its whole page on every try.
 */
const replacement = '\uFFFD';

/** A text as the database can hold it; one that it can hold already comes back as it is. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', replacement);
}

/**
 * A value as JSON for a jsonb column, in one pass over the text, names of members included. What it gives parses to
 * just what the database will hold, apart from the order of members.
 *
 * @throws TypeError when the value has no JSON: undefined, a function, a bigint, a circle
 */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError('The value has no JSON');
  // JSON.stringify escapes a surrogate only when it is alone, so each such escape is one to replace.
  if (!json.includes('\\u0000') && !json.includes('\\ud')) return json;
  // An escaped backslash is taken whole, so that the letters after it are not read as an escape of their own.
  return json.replaceAll(/\\(?:(u0000|ud[89a-f][0-9a-f]{2})|.)/g, (escape: string, lost?: string) =>
    lost === undefined ? escape : replacement,
  );
}
