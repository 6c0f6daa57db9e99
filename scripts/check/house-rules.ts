import type { Source } from './read-sources.ts';

const measured = /\.(?:[cm]?tsx?|[cm]js|css)$/;
const maxLines = 400;
const emptyNames = /^(?:.*-)?(?:util|helper|common|manager|service)s?$/i;
const kebab = /^[_$]*[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Where a provider may be named outside its folder: its registry lines, and whatever tries, measures or shows it. */
const mayNameProviders =
  /^(?:tests|bench|examples|docs)\/|^providers\/(?:index|emulators)\.ts$|\.test\.tsx?$/;

/** Where the environment may be read: the one schema, and what runs before or around the server. */
const mayReadEnvironment =
  /^(?:scripts|tests|bench)\/|\.test\.ts$|^apps\/server\/config\.ts$|(?:^|\/)(?:vite|vitest)[^/]*\.config\.ts$/;

/** Rule 7: nothing but the config reads the environment. @returns one message per file at fault */
export function judgeEnvironment(sources: readonly Source[]): string[] {
  return sources.flatMap(({ file, text, readsEnvironment }) => {
    if (!readsEnvironment || mayReadEnvironment.test(file)) return [];
    const line = text.split('\n').findIndex((code) => /process/.test(code)) + 1;
    return [`${file}:${line}: only apps/server/config.ts reads the environment`];
  });
}

/** Rule 12: kebab-case, and no name that says nothing. @returns one message per file at fault */
export function judgeNames(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const parts = file.split('/');
    const stem = (parts.at(-1) ?? '').replace(/\..*$/, '');
    const empty = [...parts.slice(0, -1), stem].find((part) => emptyNames.test(part));
    if (empty !== undefined) return [`${file}: “${empty}” says nothing; name it after what it does`];
    const pieces = (parts.at(-1) ?? '').split('.').filter(Boolean);
    if (measured.test(file) && !pieces.every((piece) => kebab.test(piece)))
      return [`${file}: not kebab-case`];
    return [];
  });
}

/** Rule 12: past 400 lines a file gives its reason in its first line, as a comment. */
export function judgeLengths(sources: readonly { file: string; text: string }[]): string[] {
  return sources.flatMap(({ file, text }) => {
    const lines = text.replace(/\n$/, '').split('\n');
    if (!measured.test(file) || lines.length <= maxLines) return [];
    const reason = /^(?:\/\/|\/\*+)\s*\S.{15,}/.test(lines[0] ?? '');
    return reason ? [] : [`${file}: ${lines.length} lines, and no reason in its first line`];
  });
}

/** The providers there are: the folders of `providers/` but the kit. */
export function providerNames(files: readonly string[]): string[] {
  const folders = files.map((file) => /^providers\/([^/]+)\/index\.ts$/.exec(file)?.[1]);
  return [...new Set(folders)].filter((name) => name !== undefined && name !== 'kit') as string[];
}

/**
 * Rule 5: no provider's name outside its folder. Only code counts, not comments; the name counts alone and as a
 * part of a camel-cased or hyphenated word (`hubspotClient`, `hubspot-token`).
 */
export function judgeProviderNames(sources: readonly Source[], providers: readonly string[]): string[] {
  return sources.flatMap(({ file, words, text }) => {
    if (mayNameProviders.test(file) || !/\.tsx?$/.test(file)) return [];
    return providers.flatMap((provider) => {
      if (file.startsWith(`providers/${provider}/`)) return [];
      const word = words.find((candidate) => names(candidate, provider));
      if (word === undefined) return [];
      const line = text.slice(0, Math.max(text.indexOf(word), 0)).split('\n').length;
      return [`${file}:${line}: names the provider “${provider}” outside its folder`];
    });
  });
}

function names(word: string, provider: string): boolean {
  const pattern = new RegExp(provider.split('-').join('[-_ ]?'), 'gi');
  for (const match of word.matchAll(pattern)) {
    const [before, after] = [word[match.index - 1] ?? '', word[match.index + match[0].length] ?? ''];
    const startsHere =
      !/[a-z0-9]/i.test(before) || (/[a-z0-9]/.test(before) && /[A-Z]/.test(match[0][0] ?? ''));
    const endsHere = !/[a-z]/i.test(after) || (/[A-Z]/.test(after) && /[a-z0-9]/.test(match[0].at(-1) ?? ''));
    if (startsHere && endsHere) return true;
  }
  return false;
}
