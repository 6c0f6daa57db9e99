import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { judgeProviderNames } from '../check/house-rules.ts';
import { listFiles, readSources } from '../check/read-sources.ts';
import { adapterFiles } from './adapter-files.ts';
import { emulatorFiles } from './emulator-files.ts';
import { RequestError, type ProviderRequest } from './read-request.ts';
import { registerProvider } from './register-provider.ts';

const registries = ['index.ts', 'emulators.ts'] as const;

/**
 * Writes a provider's folder and its lines in the registries. Nothing is written before everything has been judged.
 *
 * @param root the project's folder
 * @returns the files that were made or changed, relative to it
 * @throws RequestError when the id is taken, or a word that the code uses
 */
export async function addProvider(root: string, request: ProviderRequest): Promise<string[]> {
  const { id } = request;
  if (existsSync(path.join(root, 'providers', id)))
    throw new RequestError(`There is a provider ${id} already.`);
  const [used] = judgeProviderNames(await readSources(root, await listFiles(root)), [id]);
  if (used !== undefined) {
    const place = used.split(': ')[0];
    throw new RequestError(`“${id}” cannot be an id: the code uses that word (${place}). Try ${id}-api.`);
  }
  const files = Object.entries({ ...adapterFiles(request), ...emulatorFiles(request) }).map(
    ([file, text]) => [`providers/${id}/${file}`, text] as const,
  );
  const registered = await Promise.all(
    registries.map(async (file) => {
      const text = await readFile(path.join(root, 'providers', file), 'utf8');
      return [`providers/${file}`, registerProvider(file, text, id)] as const;
    }),
  );
  const all = [...files, ...registered];
  for (const [file, text] of all) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
  return all.map(([file]) => file);
}
