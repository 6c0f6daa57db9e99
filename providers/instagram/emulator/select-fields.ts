/** One field asked for: its name, an edge's arguments, and the fields asked for below it. */
export interface Asked {
  name: string;
  args: Readonly<Record<string, string>>;
  below: Asked[];
}

/** Reads Graph's `fields`: names parted by commas, `edge.limit(50).after(x){fields}` among them. */
export function parseFields(text: string): Asked[] {
  return split(text).map((part) => {
    const brace = part.indexOf('{');
    const [head, below] = brace < 0 ? [part, ''] : [part.slice(0, brace), part.slice(brace + 1, -1)];
    const name = /^\w+/.exec(head)?.[0] ?? '';
    const args = Object.fromEntries(
      [...head.matchAll(/\.(\w+)\(([^)]*)\)/g)].map(([, arg = '', value = '']) => [arg, value]),
    );
    return { name, args, below: parseFields(below) };
  });
}

/** The parts between commas that stand in no braces. */
function split(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** An object's fields as asked, always with its id; what it does not have is left out, as Graph does. */
export function select(asked: readonly Asked[], read: (one: Asked) => unknown, id: string) {
  const entries = asked.map((one) => [one.name, read(one)] as const);
  const told = Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''));
  return { ...told, id };
}
