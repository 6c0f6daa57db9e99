import { camelCase, RequestError } from './read-request.ts';

/**
 * A registry's text with one more provider: its import, in the order of the folders, and its entry, at the end of the list.
 *
 * @param file `providers/index.ts` or `providers/emulators.ts`
 * @throws RequestError when the text does not look as such a registry does
 */
export function registerProvider(file: 'index.ts' | 'emulators.ts', text: string, id: string): string {
  const emulator = file === 'emulators.ts';
  const variable = `${camelCase(id)}${emulator ? 'Emulator' : ''}`;
  const line = `import { ${variable} } from './${id}/${emulator ? 'emulator/' : ''}index.ts';`;
  const lines = text.split('\n');
  const imports = lines.flatMap((one, at) => {
    const folder = /^import \{ \w+ \} from '\.\/([\w-]+)\//.exec(one)?.[1];
    return folder === undefined ? [] : [{ folder, at }];
  });
  const last = imports.at(-1);
  const end = lines.indexOf('];');
  if (last === undefined || end < last.at)
    throw new RequestError(`providers/${file} does not look as it used to: add ${variable} by hand.`);
  const before = imports.find(({ folder }) => folder > id)?.at ?? last.at + 1;
  return [
    ...lines.slice(0, before),
    line,
    ...lines.slice(before, end),
    `  ${variable},`,
    ...lines.slice(end),
  ].join('\n');
}
