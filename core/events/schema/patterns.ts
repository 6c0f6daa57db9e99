import { RE2JS } from 're2js';

const mostKept = 1_000;
const compiled = new Map<string, RE2JS>();

/**
 * A tenant's regular expression, in RE2's syntax: its time grows with the text and never faster, so that no pattern
 * can stop the process. What RE2 lacks (look-around, back-references) cannot be had otherwise.
 *
 * @throws Error with the reason when it is not one
 */
export function compilePattern(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const fresh = RE2JS.compile(pattern);
  const [oldest] = compiled.keys();
  if (compiled.size >= mostKept && oldest !== undefined) compiled.delete(oldest);
  compiled.set(pattern, fresh);
  return fresh;
}
