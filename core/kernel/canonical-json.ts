/**
 * JSON in the canonical form of RFC 8785: keys in order, no white space. So the same data gives the same bytes from
 * the object at hand and from the database, which keeps the keys in an order of its own.
 *
 * @param value what `JSON.parse` can give
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return listJson(value);
  const keys = Object.keys(value);
  sortKeys(keys);
  let text = '{';
  for (const key of keys) {
    if (text.length > 1) text += ',';
    text += `${JSON.stringify(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`;
  }
  return `${text}}`;
}

function listJson(list: readonly unknown[]): string {
  let text = '[';
  for (const item of list) {
    if (text.length > 1) text += ',';
    text += canonicalJson(item);
  }
  return `${text}]`;
}

/** By UTF-16 code units, as the RFC has it and `<` compares; most come in order, or are few. */
function sortKeys(keys: string[]): void {
  for (let at = 1; at < keys.length; at++) {
    if (keys[at - 1]! > keys[at]!) {
      keys.sort((one, other) => (one < other ? -1 : 1));
      return;
    }
  }
}
