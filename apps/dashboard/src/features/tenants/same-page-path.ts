/**
 * Where to go after signing in: a path of this site, whatever the link said. `//host` and `/\host` are other
 * sites to a browser, and an absolute address is one to everybody.
 */
export function samePagePath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return '/';
  try {
    const url = new URL(next, 'https://here.invalid');
    return url.host === 'here.invalid' ? `${url.pathname}${url.search}${url.hash}` : '/';
  } catch {
    return '/';
  }
}
