import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeTree } from '../check/judge-tree.ts';
import { runCommand } from '../check/run-command.ts';
import { addProvider } from './add-provider.ts';
import { readRequest, RequestError } from './read-request.ts';
import { registerProvider } from './register-provider.ts';

const root = path.join(import.meta.dirname, '../..');
let copy: string;

/** One of each kind, in a copy of what a provider is made of. */
const made = [
  ['zebra-crm', '--name', 'Zebra CRM', '--webhooks'],
  ['ibex', '--name', 'Ibex'],
  ['okapi', '--name', 'Okapi', '--auth', 'api-key', '--webhooks'],
  ['quagga', '--name', 'Quagga & Co.', '--auth', 'basic'],
  ['tapir', '--name', 'Tapir (São Paulo)', '--auth', 'bearer'],
];

beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'new-provider-'));
  for (const one of ['providers', 'tsconfig.json', '.oxfmtrc.json', '.oxlintrc.json'])
    await cp(path.join(root, one), path.join(copy, one), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  for (const args of made) {
    const files = await addProvider(copy, readRequest(args));
    const { ok, output } = await runCommand(copy, 'oxfmt', files);
    if (!ok) throw new Error(output);
  }
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe('a provider fresh from the scaffold', () => {
  test('fits its types, lint and the rules of the house, with its lines in the registries', async () => {
    await writeFile(
      path.join(copy, 'tsconfig.json'),
      (await readFile(path.join(root, 'tsconfig.json'), 'utf8')).replace(
        /"include": \[[^\]]*\]/,
        '"include": ["providers"]',
      ),
    );
    const types = await runCommand(copy, 'tsc', ['-p', 'tsconfig.json', '--pretty', 'false']);
    expect(types).toEqual({ ok: true, output: '' });
    const lint = await runCommand(
      copy,
      'oxlint',
      made.map(([id]) => `providers/${id}`),
    );
    expect(lint).toMatchObject({ ok: true });
    const judged = await judgeTree(copy);
    for (const rule of ['imports', 'circles', 'house'] as const) expect(judged[rule].problems).toEqual([]);
    const registry = await readFile(path.join(copy, 'providers/index.ts'), 'utf8');
    expect(registry).toMatch(/  zebraCrm,\n  ibex,\n  okapi,\n  quagga,\n  tapir,\n\];/);
  }, 60_000);

  test('passes the conformance suite against its own emulator, whichever way it authenticates', async () => {
    const suites = made.map(([id]) => `providers/${id}/${id}.test.ts`);
    const { ok, output } = await runCommand(copy, 'vitest', ['run', '--root', copy, ...suites]);
    expect(output).toMatch(/Test Files\s+5 passed/);
    expect(ok).toBe(true);
  }, 60_000);

  test('with standard OAuth is 40 lines of adapter at the most, its resource’s fields aside', async () => {
    const lines = async (file: string) =>
      codeLines(await readFile(path.join(copy, 'providers/ibex', file), 'utf8'));
    const adapter = await Promise.all(['index.ts', 'auth.ts', 'api.ts'].map(lines));
    expect(adapter.flat().length).toBeLessThanOrEqual(40);
    const resource = (await lines('items.ts')).join('\n').replace(/fields: \[.*?\n\s*\],/s, '');
    expect(resource.split('\n').length).toBeLessThanOrEqual(16);
  });
});

/** Without blank lines and comments. */
function codeLines(text: string): string[] {
  return text
    .replace(/\/\*.*?\*\//gs, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
}

describe('what cannot be scaffolded is refused, and nothing is written', () => {
  test.each([
    [[], /Give one id/],
    [['a', 'b', '--name', 'X'], /Give one id/],
    [['Acme', '--name', 'X'], /lower case/],
    [['1acme', '--name', 'X'], /lower case/],
    [['acme--x', '--name', 'X'], /lower case/],
    [['../x', '--name', 'X'], /lower case/],
    [['kit', '--name', 'X'], /something else/],
    [['class', '--name', 'X'], /something else/],
    [['sable'], /name, as people write it/],
    [['sable', '--name', "x'; drop"], /cannot be a name/],
    [['sable', '--name', 'X', '--auth', 'magic'], /no way to authenticate: oauth2, api-key/],
    [['sable', '--name', 'X', '--colour', 'red'], /npm run new-provider/],
  ])('%j', (args, reason) => {
    expect(() => readRequest(args)).toThrow(RequestError);
    expect(() => readRequest(args)).toThrow(reason);
  });

  test('an id that is taken, or a word that the code uses', async () => {
    const before = await readFile(path.join(copy, 'providers/index.ts'), 'utf8');
    await expect(addProvider(copy, readRequest(['hubspot', '--name', 'X']))).rejects.toThrow(/already/);
    await expect(addProvider(copy, readRequest(['cursor', '--name', 'X']))).rejects.toThrow(
      /uses that word \(providers\//,
    );
    expect(await readFile(path.join(copy, 'providers/index.ts'), 'utf8')).toBe(before);
  });

  test('a registry that looks otherwise than it did', () => {
    expect(() => registerProvider('index.ts', 'export const providers = load();', 'sable')).toThrow(
      /by hand/,
    );
  });
});
