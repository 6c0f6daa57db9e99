const always = new Set(['authorization', 'proxy-authorization', 'cookie']);
const blot = '…';

/**
 * A request's headers and path as they are kept: without what would let a reader send such a request again. A
 * signature is no secret, and stays; a header that repeats a secret goes.
 *
 * @param secrets of the source, in plain
 */
export function blotted(
  headers: Readonly<Record<string, string>>,
  path: string,
  secrets: readonly string[],
  scheme: { header?: string; secretParam?: string | undefined },
): { headers: Record<string, string>; path: string } {
  const known = secrets.filter((secret) => secret.length >= 4);
  const kept: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name]!;
    const repeats = known.some((secret) => value.includes(secret));
    kept[name] = repeats || always.has(name) || name === scheme.header ? blot : value;
  }
  const shown = known
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((left, secret) => left.replaceAll(secret, blot), withoutSecrets(path, scheme.secretParam));
  return { headers: kept, path: shown.slice(0, 500) };
}

/** The path without the token in it, also where it follows a host (RFC 9112, section 3.2.2), and its query without secrets. */
function withoutSecrets(path: string, secretParam: string | undefined): string {
  const [place = '', query] = path.split('?', 2);
  const shown = place.replace(/(\/in\/)[^/]+/, `$1${blot}`);
  if (query === undefined) return shown;
  const params = query.split('&').map((pair) => {
    const [name = ''] = pair.split('=', 1);
    return name === secretParam || /secret|token|key|auth|password/i.test(name) ? `${name}=${blot}` : pair;
  });
  return `${shown}?${params.join('&')}`;
}
