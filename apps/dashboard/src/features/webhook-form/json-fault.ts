/** A fault in a text: what, and in which line (from 1) where that can be said. */
export interface TextFault {
  message: string;
  line: number | undefined;
}

/** The line and column, both from 1, of the nth character (from 0) of a text; past its end is its end. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, at)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** The line in which JSON stops being valid; undefined where it is valid. */
export function brokenLine(text: string): number | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return placeOf(text, brokenAt(text)).line;
  }
}

/**
 * Where JSON stops being valid, in characters. Browsers say it each in their own words, so it is found by what can be
 * read: the longest beginning that some ending would complete.
 */
function brokenAt(text: string): number {
  const scan =
    /\s*(?:("(?:[^"\\\n]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/gy;
  const open: ('{' | '[')[] = [];
  /** What may stand next. */
  let wants: 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing' = 'value';
  let at = 0;
  const ended = () => (open.length === 0 ? 'nothing' : 'comma or end');
  for (;;) {
    scan.lastIndex = at;
    const found = scan.exec(text);
    // White space before what is wrong is not wrong itself.
    const wrong = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    if (found === null) return wrong;
    const [, string, literal, mark] = found;
    const isValue = wants === 'value' || wants === 'value or end';
    if (string !== undefined && (wants === 'key' || wants === 'key or end')) wants = 'colon';
    else if ((string ?? literal) !== undefined && isValue) wants = ended();
    else if (mark === '{' && isValue) wants = (open.push('{'), 'key or end');
    else if (mark === '[' && isValue) wants = (open.push('['), 'value or end');
    else if (mark === ':' && wants === 'colon') wants = 'value';
    else if (mark === ',' && wants === 'comma or end') wants = open.at(-1) === '{' ? 'key' : 'value';
    else if (mark === '}' && open.at(-1) === '{' && (wants === 'key or end' || wants === 'comma or end'))
      wants = (open.pop(), ended());
    else if (mark === ']' && open.at(-1) === '[' && (wants === 'value or end' || wants === 'comma or end'))
      wants = (open.pop(), ended());
    else return wrong;
    at = scan.lastIndex;
  }
}

/**
 * The line of a place in valid JSON, the place given as the API does: names and indexes joined by dots, where a name
 * may hold dots itself. The nearest place around it where it is not there; undefined where the text is not JSON.
 */
export function lineOfPlace(text: string, place: string): number | undefined {
  if (brokenLine(text) !== undefined) return undefined;
  let best = { length: -1, line: 1 };
  for (const { path, at } of places(text)) {
    const isAround = path === place || path === '' || place.startsWith(`${path}.`);
    if (isAround && path.length > best.length) best = { length: path.length, line: placeOf(text, at).line };
  }
  return best.line;
}

/** Every place of valid JSON with where it begins: that of its name, or of its value in a list. */
function* places(text: string): Generator<{ path: string; at: number }> {
  const scan = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\],]|[^\s{}[\],:"]+/g;
  /** The objects and lists that one is in, each with the path of what stands there now. */
  const open: { path: string; index: number | undefined; name: string }[] = [];
  const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);
  const here = () => {
    const inner = open.at(-1);
    if (inner === undefined) return '';
    return join(inner.path, inner.index === undefined ? inner.name : String(inner.index));
  };
  for (const found of text.matchAll(scan)) {
    const [token, string, colon] = found;
    const inner = open.at(-1);
    if (token === ',' && inner?.index !== undefined) inner.index += 1;
    else if (string !== undefined && colon !== undefined && inner !== undefined) {
      inner.name = String(JSON.parse(string));
      yield { path: here(), at: found.index };
    } else if (token === '}' || token === ']') open.pop();
    else if (token !== ',') {
      if (inner?.index !== undefined || inner === undefined) yield { path: here(), at: found.index };
      if (token === '{') open.push({ path: here(), index: undefined, name: '' });
      if (token === '[') open.push({ path: here(), index: 0, name: '' });
    }
  }
}
