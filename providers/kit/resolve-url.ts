import type { Hosts, UrlRef } from './types.ts';

/**
 * The hosts that hold for one integration: the provider's own, replaced by overrides of the same name (own base
 * URL, sandbox), with `{name}` filled from variables (a portal's address, a value from the token reply).
 * Throws RangeError for an override of a host the provider does not have, which would silently do nothing.
 */
export function resolveHosts(
  hosts: Hosts,
  overrides: Hosts = {},
  variables: Record<string, string> = {},
): Hosts {
  for (const name of Object.keys(overrides)) {
    if (!(name in hosts))
      throw new RangeError(`unknown host "${name}", known: ${Object.keys(hosts).join(', ')}`);
  }
  return Object.fromEntries(
    Object.entries({ ...hosts, ...overrides }).map(([name, base]) => [
      name,
      base.replace(/\{(\w+)\}/g, (whole, key: string) => variables[key] ?? whole),
    ]),
  );
}

/**
 * Absolute URL of a reference. Throws RangeError for an unknown host, a base with an unfilled `{name}`, and for a
 * path that does not start with a slash (it could otherwise extend the host's name).
 */
export function resolveUrl(hosts: Hosts, ref: UrlRef): string {
  const { host, path } = typeof ref === 'string' ? split(ref) : ref;
  const base = Object.hasOwn(hosts, host) ? hosts[host] : undefined;
  if (base === undefined)
    throw new RangeError(`unknown host "${host}", known: ${Object.keys(hosts).join(', ')}`);
  if (/[{}]/.test(base)) throw new RangeError(`host "${host}" is not known yet: ${base}`);
  if (!path.startsWith('/')) throw new RangeError(`path must start with "/": ${path}`);
  return base.replace(/\/+$/, '') + path;
}

function split(ref: string): { host: string; path: string } {
  const at = ref.indexOf(':');
  return { host: ref.slice(0, at), path: ref.slice(at + 1) };
}
