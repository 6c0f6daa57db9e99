import type { z } from 'zod';
import { text } from '../messages/index.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with one field, in the catalogue's words. */
export function issueText(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      // A number with a fraction; what is no number at all is NaN, which is what an empty field gives.
      if (issue.expected === 'int') return text.forms.whole;
      return issue.input === undefined ? text.forms.required : text.forms.invalid;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return issue.origin === 'string'
        ? text.forms.tooLong(Number(issue.maximum))
        : text.forms.tooBig(Number(issue.maximum));
    case 'invalid_format':
      if (issue.format === 'email') return text.forms.email;
      if (issue.format === 'url') return text.forms.url;
      return told(issue.message);
    case 'invalid_key':
      return issue.issues[0] === undefined ? text.forms.invalid : issueText(issue.issues[0]);
    case 'custom':
      return told(issue.message);
    default:
      return text.forms.invalid;
  }
}

/** What the contract says of a value in its own words goes on from the value: "must be …", "is not …". */
function told(message: string): string {
  return /^[a-z]/.test(message) ? text.forms.format(message) : text.forms.invalid;
}

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>): string {
  const least = Number(issue.minimum);
  if (issue.origin === 'string') return least <= 1 ? text.forms.required : text.forms.tooShort(least);
  return issue.origin === 'array' ? text.forms.tooFew(least) : text.forms.tooSmall(least);
}
