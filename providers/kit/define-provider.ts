import { resolveUrl } from './resolve-url.ts';
import type { Provider, Resource, UrlRef } from './types.ts';

/**
 * Checks a definition once, at import, so that a slip is found by any test and not by a customer: ids fit for
 * paths and event types, every resource keyed by its own name, every reference on a known host, a window limit
 * never without a walk through ties. Throws TypeError. Returns the value as given.
 */
export function defineProvider<const P extends Provider>(provider: P): P {
  const wrong = (what: string): never => {
    throw new TypeError(`provider ${provider.id}: ${what}`);
  };
  if (!/^[a-z][a-z0-9-]*$/.test(provider.id)) wrong('the id must be lower case letters, digits and dashes');
  const { availability } = provider;
  if (availability !== undefined && !/^[a-z][a-z0-9-]*$/.test(availability.flag))
    wrong('a flag must be lower case letters, digits and dashes');
  if (availability?.reason.trim() === '') wrong('a flag must say why it is there');
  const known = Object.fromEntries(Object.keys(provider.hosts).map((name) => [name, 'https://x.invalid']));
  const check = (ref: UrlRef): void => void resolveUrl(known, ref);
  check(provider.test.url);
  for (const [name, entry] of Object.entries<Resource>(provider.resources)) {
    if (entry.name !== name) wrong(`resource ${name} calls itself ${entry.name}`);
    if (!/^[a-z][a-z0-9_]*$/.test(entry.eventPrefix))
      wrong(`resource ${name}: eventPrefix ${entry.eventPrefix}`);
    const windowed = entry.incremental?.maxResults !== undefined || entry.incremental?.movingOffset === true;
    if (windowed && entry.incremental?.ties === undefined) {
      wrong(`resource ${name}: windows without ties would lose records that share a change time`);
    }
    if (entry.incremental?.newestFirst === true && entry.updatedAtOf === undefined)
      wrong(`resource ${name}: newestFirst without updatedAtOf would never find its end`);
    const spec = entry.list({ limit: entry.pageSize });
    check(spec.url);
    if (spec.budget !== undefined && !(spec.budget in provider.api.rateLimits))
      wrong(`no budget ${spec.budget}`);
  }
  const people = provider.consent?.resource;
  if (people !== undefined && !Object.hasOwn(provider.resources, people))
    wrong(`consent: there is no resource ${people}`);
  return provider;
}

/** Types a resource by its schema, then forgets the type: whoever runs resources parses with `schema` first. */
export function resource<T>(definition: Resource<T>): Resource {
  return definition;
}
