/** "Ada Lovelace" → "AL". */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return `${firstOf(words[0] ?? '')}${firstOf(last)}`.toUpperCase();
}

/** The first character, even where it takes two units of UTF-16. */
function firstOf(word: string): string {
  const point = word.codePointAt(0);
  return point === undefined ? '' : String.fromCodePoint(point);
}
