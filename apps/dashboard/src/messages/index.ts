import { en } from './en.ts';

/** Every text a person reads. A second language is a second object of the same type. */
export const text = en;

/** The language of dates, numbers and units. */
export const locale: string = typeof navigator === 'undefined' ? 'en' : englishOf(navigator.languages);

/** The reader's own kind of English, so that dates stand as they are used to and agree with the words around. */
function englishOf(languages: readonly string[]): string {
  return languages.find((language) => /^en\b/i.test(language)) ?? 'en-GB';
}
