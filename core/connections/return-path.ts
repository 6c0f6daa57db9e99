const here = 'http://this-site.invalid';

/**
 * A path of this site as a browser will read it, or undefined for what leads anywhere else. Browsers take `//host`, `/\host`
 * and `/.//host` for another site, drop tabs and line ends, and read a backslash as a slash: so the path is judged after
 * it has been read by the same rules, and given back in the form that was judged.
 */
export function localPath(path: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  if (!path.startsWith('/') || /[\\\u0000-\u001f\u007f]/.test(path)) return undefined;
  const url = URL.parse(path, here);
  if (url === null || url.origin !== here || url.pathname.startsWith('//')) return undefined;
  return url.pathname + url.search + url.hash;
}

/** The path with an answer for the page there, in its query. Anything but a path of this site becomes the start page. */
export function withAnswer(path: string, answer: Readonly<Record<string, string>>): string {
  const url = new URL(localPath(path) ?? '/', here);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return url.pathname + url.search + url.hash;
}
