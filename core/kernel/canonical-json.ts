/**
 * JSON in the canonical form of RFC 8785: keys in order, no white space. So the same data gives the same bytes from
 * the object at hand and from the database, which keeps the keys in an order of its own.
 *
 * @param value what `JSON.parse` can give
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value);
  if (fields.length > 1) fields.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}
