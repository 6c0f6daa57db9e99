import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { judgeTree } from './judge-tree.ts';

const manifests = {
  'contract/package.json': { name: '@mortise/contract', exports: { '.': './index.ts', './*.ts': './*.ts' } },
  'core/package.json': { name: '@mortise/core', exports: { './*.ts': './*.ts', './*': './*/index.ts' } },
  'platform/package.json': {
    name: '@mortise/platform',
    exports: { './*.ts': './*.ts', './*': './*/index.ts' },
  },
  'providers/package.json': {
    name: '@mortise/providers',
    exports: { './*.ts': './*.ts', './*': './*/index.ts', '.': './index.ts' },
  },
  'clients/sdk/package.json': { name: '@mortise/sdk', exports: { '.': './index.ts' } },
};
/** One file for each part of the tree, each exporting a value and a type. */
const parts = [
  'contract/index.ts',
  'core/kernel/index.ts',
  'core/events/index.ts',
  'core/vault/index.ts',
  'core/tenants/index.ts',
  'core/delivery/index.ts',
  'core/connections/index.ts',
  'core/sync/index.ts',
  'platform/queue/index.ts',
  'platform/queue/nats/index.ts',
  'providers/index.ts',
  'providers/emulators.ts',
  'providers/kit/index.ts',
  'providers/acme/index.ts',
  'providers/acme/emulator/index.ts',
  'providers/kit/emulator/index.ts',
  'providers/zeta/index.ts',
  'clients/sdk/index.ts',
  'clients/react/index.ts',
  'apps/server/main.ts',
  'apps/sandbox/main.ts',
  'apps/dashboard/main.tsx',
  'apps/cli/main.ts',
  'tests/support/database.ts',
];

const roots: string[] = [];
afterEach(async () => {
  await Promise.all(roots.splice(0).map((root) => rm(root, { recursive: true })));
});

async function judge(files: Record<string, string>) {
  const root = await mkdtemp(path.join(tmpdir(), 'judge-tree-'));
  roots.push(root);
  const all = {
    ...Object.fromEntries(Object.entries(manifests).map(([file, json]) => [file, JSON.stringify(json)])),
    ...Object.fromEntries(parts.map((file) => [file, 'export const value = 1;\nexport type Type = 1;\n'])),
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
  return judgeTree(root);
}

/** The problems of one file holding one line of code, with its file name and line number taken off. */
async function problemsOf(file: string, code: string): Promise<string[]> {
  const { imports } = await judge({ [file]: code });
  return imports.problems.map((problem) => problem.replace(`${file}:1: `, ''));
}

test.each([
  ['core/sync/pull.ts', '../kernel/index.ts'],
  ['core/sync/pull.ts', '@mortise/core/connections'],
  ['core/sync/pull.ts', '@mortise/contract'],
  ['core/sync/pull.ts', '@mortise/platform/queue'],
  ['core/sync/pull.ts', '@mortise/providers/kit'],
  ['platform/queue/nats/connect.ts', '../index.ts'],
  ['providers/acme/auth.ts', '@mortise/providers/kit'],
  ['providers/acme/emulator/serve.ts', '../../kit/emulator/index.ts'],
  ['providers/index.ts', './acme/index.ts'],
  ['providers/emulators.ts', './acme/emulator/index.ts'],
  ['apps/sandbox/list.ts', '@mortise/providers/emulators.ts'],
  ['apps/server/compose.ts', '@mortise/platform/queue/nats'],
  ['apps/server/compose.ts', '@mortise/core/sync'],
  ['apps/sandbox/list.ts', '@mortise/providers/acme/emulator'],
  ['apps/dashboard/page.tsx', '@mortise/sdk'],
  ['clients/react/use-sync.ts', '../sdk/index.ts'],
  ['clients/sdk/call.ts', '@mortise/contract'],
  ['core/kernel/clock.test.ts', '@mortise/core/sync'],
  ['core/events/log.test.ts', '../../tests/support/database.ts'],
  ['tests/flows/connect.flow.test.ts', '@mortise/providers/acme/emulator'],
])('%s may import %s', async (file, specifier) => {
  expect(await problemsOf(file, `import '${specifier}';`)).toEqual([]);
});

test.each([
  ['core/events/log.ts', '../delivery/index.ts', 'delivery is above events'],
  ['core/events/log.ts', '@mortise/core/vault', 'events and vault share a floor'],
  ['core/kernel/clock.ts', '@mortise/core/events', 'events is above kernel'],
  ['core/mystery/act.ts', '../kernel/index.ts', 'room mystery has no floor'],
  ['core/sync/pull.ts', './index.ts', 'nobody imports its own door'],
  ['core/sync/pull.ts', '@mortise/platform/queue/nats', 'is a driver'],
  ['core/sync/pull.ts', '@mortise/providers/acme', 'core imports the contract'],
  ['core/sync/pull.ts', '../../apps/server/main.ts', 'core imports the contract'],
  ['core/sync/pull.ts', '../../tests/support/database.ts', 'is for tests and tools'],
  ['platform/queue/send.ts', '@mortise/contract', 'platform imports none'],
  ['contract/ids.ts', '@mortise/core/kernel', 'contract imports none'],
  ['providers/kit/call.ts', '@mortise/contract', 'kit imports none'],
  ['providers/kit/call.ts', './emulator/index.ts', 'emulators are imported by tests'],
  ['providers/acme/auth.ts', '../zeta/index.ts', 'a provider imports the kit'],
  ['providers/acme/auth.ts', '@mortise/contract', 'a provider imports the kit'],
  ['providers/acme/auth.ts', './emulator/index.ts', 'emulators are imported by tests'],
  ['providers/zeta/emulator/serve.ts', '../../acme/emulator/index.ts', 'emulators are imported by tests'],
  ['apps/server/compose.ts', '@mortise/providers/acme/emulator', 'emulators are imported by tests'],
  ['apps/server/compose.ts', '@mortise/providers/emulators.ts', 'emulators are imported by tests'],
  ['providers/index.ts', './emulators.ts', 'emulators are imported by tests'],
  ['apps/sandbox/list.ts', '@mortise/providers/acme', 'the sandbox imports emulators'],
  ['apps/sandbox/list.ts', '@mortise/platform/queue', 'the sandbox imports emulators'],
  ['apps/dashboard/page.tsx', '@mortise/core/sync', 'dashboard imports clients'],
  ['apps/cli/login.ts', '@mortise/platform/queue', 'cli imports clients'],
  ['clients/sdk/call.ts', '../react/index.ts', 'the SDK imports the contract'],
  ['clients/react/use-sync.ts', '@mortise/core/sync', 'a client imports clients'],
  ['core/sync/pull.ts', './not-there.ts', 'there is no ./not-there.ts'],
  ['core/sync/pull.ts', '@mortise/platform/not-there', 'there is no @mortise/platform/not-there'],
])('%s may not import %s', async (file, specifier, reason) => {
  const problems = await problemsOf(file, `import '${specifier}';`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(reason);
});

test.each([
  "import type { Type } from '../sync/index.ts';",
  "import { type Type } from '../sync/index.ts';",
  "export type { Type } from '../sync/index.ts';",
  "export * from '../sync/index.ts';",
  "export type Other = Array<import('../sync/index.ts').Type>;",
  "export const load = () => import('../sync/index.ts');",
  'export const load = () => import(`../sync/index.ts`);',
  "new Worker(new URL('../sync/index.ts', import.meta.url));",
  "{ using it = open(); void it; await import('../sync/index.ts'); }",
])('an import above one’s floor is seen as %s', async (code) => {
  expect((await problemsOf('core/kernel/clock.ts', code)).join()).toContain('sync is above kernel');
});

test('two files that import only types of each other are a circle', async () => {
  const { circles } = await judge({
    'core/sync/a.ts': "import type { B } from './b.ts';\nexport type A = B;",
    'core/sync/b.ts': "import type { A } from './a.ts';\nexport type B = A;",
  });
  expect(circles.problems).toEqual(['core/sync/a.ts -> core/sync/b.ts -> core/sync/a.ts']);
});

test('a file that no entry reaches is dead, and what a test or an entry imports is not', async () => {
  const { dead } = await judge({
    'apps/server/main.ts': "import '@mortise/core/sync';",
    'core/sync/index.ts': "import './pull.ts';",
    'core/sync/pull.ts': '',
    'core/sync/tried.test.ts': "import './tried.ts';",
    'core/sync/tried.ts': '',
    'core/sync/forgotten.ts': "import './also-forgotten.ts';",
    'core/sync/also-forgotten.ts': '',
  });
  expect(dead.problems.filter((problem) => problem.startsWith('core/sync/'))).toEqual([
    'core/sync/also-forgotten.ts: nothing imports it',
    'core/sync/forgotten.ts: nothing imports it',
  ]);
});

test.each([
  ['core/sync/utils.ts', 'says nothing'],
  ['core/helpers/act.ts', 'says nothing'],
  ['core/sync/sync-manager.ts', 'says nothing'],
  ['core/sync/pullPage.ts', 'not kebab-case'],
])('the name %s is refused', async (file, reason) => {
  const { house } = await judge({ [file]: '' });
  expect(house.problems).toEqual([expect.stringContaining(reason)]);
});

test('past 400 lines a file gives its reason in its first line', async () => {
  const long = 'void 0;\n'.repeat(400);
  const { house } = await judge({
    'core/sync/long.ts': `${long}void 0;\n`,
    'core/sync/excused.ts': `// One table, which would say less in two halves.\n${long}`,
    'core/sync/fits.ts': long,
  });
  expect(house.problems).toEqual(['core/sync/long.ts: 401 lines, and no reason in its first line']);
});

test('a provider is named in its own folder, the registry and tests alone; comments do not count', async () => {
  const { house } = await judge({
    'core/sync/a.ts': "export const kind = 'Acme';",
    'core/sync/b.ts': 'export const acmeClient = 1;',
    'apps/dashboard/c.tsx': 'export const c = <p>Connect ACME now</p>;',
    'core/sync/d.ts': '// As Acme does.\nexport const pacmen = 1, acmeology = 2;',
    'core/sync/e.test.ts': "export const kind = 'acme';",
    'providers/acme/auth.ts': "export const id = 'acme';",
    'providers/index.ts': "export { value as acme } from './acme/index.ts';",
  });
  expect(house.problems.map((problem) => problem.split(':')[0])).toEqual([
    'apps/dashboard/c.tsx',
    'core/sync/a.ts',
    'core/sync/b.ts',
  ]);
});

test.each([
  'export const home = process.env.HOME;',
  "export const home = process['env'].HOME;",
  'export const home = globalThis.process.env.HOME;',
  'const { env } = process;\nexport const home = env.HOME;',
  "import { env } from 'node:process';\nexport const home = env.HOME;",
])('the environment is read by the config alone: %s', async (code) => {
  const { house } = await judge({
    'core/sync/pull.ts': code,
    'core/sync/env.ts': 'export const env = { process: 1 };',
    'apps/server/config.ts': code,
    'scripts/act.mjs': code,
    'tests/flows/a.flow.test.ts': code,
    'apps/dashboard/vite.config.ts': code,
  });
  expect(house.problems).toEqual(['core/sync/pull.ts:1: only apps/server/config.ts reads the environment']);
});
