/**
 * What a JSON pointer leads to (RFC 6901).
 *
 * @param pointer one that is well formed; an empty one leads to the whole
 * @returns undefined when it leads nowhere
 */
export function readPointer(value: unknown, pointer: string): unknown {
  let found = value;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof found !== 'object' || found === null) return undefined;
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found) && !/^(0|[1-9]\d*)$/.test(name)) return undefined;
    if (!Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}
