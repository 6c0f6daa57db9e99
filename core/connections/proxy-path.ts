import { MortiseError } from '../kernel/index.ts';

const longest = 4_096;
const longestLogged = 600;

function refused(detail: string): MortiseError {
  return new MortiseError('invalid_request', { detail });
}

const decoded = (text: string) =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Every spelling that some server on the way may read a path as: as it came, once decoded, twice decoded, and so on. */
function spellings(path: string): string[] {
  try {
    decodeURIComponent(path);
  } catch {
    // Overlong forms of a slash or a dot are among these.
    throw refused('The path holds a percent sign that does not begin a character in UTF-8.');
  }
  const found = [path];
  for (let depth = 0; depth < 5; depth++) {
    const next = decoded(found.at(-1)!);
    if (next === found.at(-1)) return found;
    found.push(next);
  }
  throw refused('The path is encoded too many times over.');
}

/**
 * Judges the part of a request's URL behind `/proxy`, which is appended to the provider's API host. Nothing in it may
 * name another host, or be taken by the provider's servers for a place above the host's own path. Pure.
 *
 * @param target path and query as they came on the wire, undecoded
 * @returns the path and query to append, begun with one slash
 * @throws MortiseError invalid_request
 */
export function judgeProxyPath(target: string): string {
  const whole = target === '' || target.startsWith('?') ? `/${target}` : target;
  if (whole.length > longest) throw refused(`The path and query are longer than ${longest} characters.`);
  if (!/^\/[!-~]*$/.test(whole) || whole.includes('#')) {
    throw refused('The path must begin with a slash and hold printable ASCII alone; encode the rest.');
  }
  const path = whole.split('?', 1)[0]!;
  const segments = path.split('/').length;
  for (const spelling of spellings(path)) {
    if (spelling.startsWith('//') || /^\/[a-z][a-z0-9+.-]*:\/{1,2}/i.test(spelling)) {
      throw refused("Give a path at the provider's own API, and no URL or host.");
    }
    if (spelling.includes('\\') || spelling.split('/').length !== segments) {
      throw refused('The path must hold no backslash, and no encoded slash.');
    }
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(spelling)) throw refused('The path must hold no control characters.');
    // What follows a semicolon is a parameter of the segment, which some servers cut off before they resolve dots.
    if (spelling.split('/').some((segment) => /^\.{1,2}$/.test(segment.split(';', 1)[0]!))) {
      throw refused('The path must hold no segments of dots.');
    }
  }
  return whole;
}

/** A path as the log keeps it: the names of the query without their values, which may be secrets, and not too long. */
export function loggedPath(target: string): string {
  const [path = '', query] = target.split('?', 2);
  const names = query === undefined ? [] : [...new Set(new URLSearchParams(query).keys())];
  const text = names.length === 0 ? path : `${path}?${names.map(encodeURIComponent).join('&')}`;
  return text.length > longestLogged ? `${text.slice(0, longestLogged - 1)}…` : text;
}
