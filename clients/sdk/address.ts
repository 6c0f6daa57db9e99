import type { Route } from '@mortise/contract';

/** What a query can carry: the contract's queries hold nothing deeper. */
type QueryValue = string | number | boolean | null | undefined;

/** The URL of one call: parameters put into the path, the query behind it; what is undefined is left out. */
export function addressOf(
  route: Pick<Route, 'name' | 'path'>,
  params: unknown,
  query: unknown,
  baseUrl: string,
): string {
  const given = (params ?? {}) as Record<string, unknown>;
  const path = route.path.replaceAll(/:(\w+)/g, (_whole, name: string) => {
    const value = given[name];
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`${route.name} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, QueryValue>)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const tail = search.size === 0 ? '' : `?${search.toString()}`;
  return `${baseUrl.replace(/\/+$/, '')}${path}${tail}`;
}
