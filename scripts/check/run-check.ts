import { existsSync } from 'node:fs';
import path from 'node:path';

import { judgeTree, type Verdict } from './judge-tree.ts';
import { runCommand } from './run-command.ts';

interface Result {
  ok: boolean;
  /** One line when all is well; everything there is to say when it is not. */
  text: string;
}

const projectRoot = path.join(import.meta.dirname, '../..');
const fix = process.argv.includes('--fix');
const startedAt = performance.now();
let failed = 0;

/** Runs one step and prints its line; a step that throws has failed and stops no other. */
async function step(name: string, work: () => Promise<Result>): Promise<void> {
  const from = performance.now();
  const result = await work().catch((error: unknown) => ({ ok: false, text: String(error) }));
  const seconds = ((performance.now() - from) / 1000).toFixed(1).padStart(5);
  if (!result.ok) failed += 1;
  const [first = '', ...rest] = result.ok ? [result.text] : ['', ...result.text.split('\n')];
  console.log(`${result.ok ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds} s  ${first}`.trimEnd());
  for (const line of rest) console.log(`         ${line}`);
}

async function command(name: string, args: readonly string[], said = /$^/): Promise<Result> {
  const { ok, output } = await runCommand(projectRoot, name, args);
  return { ok, text: ok ? (said.exec(output)?.[0] ?? '') : output };
}

const format = (): Promise<void> =>
  step('format', () => command('oxfmt', fix ? ['.'] : ['--check', '.'], /\d+ files/));
const lint = (): Promise<void> =>
  step('lint', () => command('oxlint', fix ? ['--fix'] : [], /\d+ files with \d+ rules/));
const types = (name: string, project: string): Promise<void> =>
  step(name, () => command('tsc', ['-p', project, '--pretty', 'false']));

if (fix) {
  // What lint rewrites is formatted after it, and nothing judges a file that is being written.
  await lint();
  await format();
}

const tree = judgeTree(projectRoot);
const verdict = (pick: (judged: Awaited<typeof tree>) => Verdict) => async (): Promise<Result> => {
  const { problems, seen } = pick(await tree);
  return problems.length === 0 ? { ok: true, text: seen } : { ok: false, text: problems.join('\n') };
};

await Promise.all([
  ...(fix ? [] : [format(), lint()]),
  types('types', 'tsconfig.json'),
  ...(existsSync(path.join(projectRoot, 'apps/dashboard/tsconfig.json'))
    ? [types('types of dashboard', 'apps/dashboard/tsconfig.json')]
    : []),
  step(
    'import rule',
    verdict(({ imports }) => imports),
  ),
  step(
    'circles',
    verdict(({ circles }) => circles),
  ),
  step(
    'house rules',
    verdict(({ house }) => house),
  ),
  step(
    'dead files',
    verdict(({ dead }) => dead),
  ),
  step('dead exports', () => command('knip', ['--no-progress', '--no-config-hints'])),
]);

const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(failed === 0 ? `All checks passed in ${seconds} s.` : `${failed} checks failed in ${seconds} s.`);
process.exitCode = failed === 0 ? 0 : 1;
