import { text } from '../../messages/index.ts';
import { brokenLine, lineOfPlace, placeOf, type TextFault } from './json-fault.ts';

type Errors = Readonly<Record<string, string | undefined>>;

/** The first error at a place of the form or within it. @returns `at`: where within it, empty for the place itself */
export function errorUnder(errors: Errors, place: string): { at: string; message: string } | undefined {
  for (const [path, message] of Object.entries(errors)) {
    if (message === undefined) continue;
    if (path === place) return { at: '', message };
    if (path.startsWith(`${place}.`)) return { at: path.slice(place.length + 1), message };
  }
  return undefined;
}

/** What is wrong with JSON as it is written, at its line: where it breaks, else at the place that an error names. */
export function writtenFault(written: string, errors: Errors, place: string): TextFault | undefined {
  const broken = written.trim() === '' ? undefined : brokenLine(written);
  if (broken !== undefined) return { message: text.ui.brokenJson, line: broken };
  const found = errorUnder(errors, place);
  if (found === undefined) return undefined;
  // What is missing cannot be pointed at: it is named.
  const isWritten = written.includes(found.at.split('.').at(-1) ?? '');
  const message = isWritten ? found.message : `${found.at}: ${found.message}`;
  return { message, line: lineOfPlace(written, found.at) };
}

/** What is wrong with a filter as it is written. */
export function filterFault(written: string, errors: Errors): TextFault | undefined {
  return writtenFault(written, errors, 'settings.filter');
}

/** What the server says of a transform, at the line of the character that it names. */
export function transformFault(written: string, message: string | undefined): TextFault | undefined {
  if (message === undefined) return undefined;
  const at = /\bat character (\d+)/.exec(message)?.[1];
  return { message, line: at === undefined ? undefined : placeOf(written, Number(at)).line };
}
