import { fork, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const heapMb = 96;
/** A name for each age of Node. */
const permissionFlags = ['--permission', '--experimental-permission'];

const require = createRequire(import.meta.url);
/** As Node's loader finds a file: its permissions go by that name. */
const real = (file: URL) => realpathSync(fileURLToPath(file));

/**
 * What Node is to be started with for a process that may read some files and do nothing else: not write, nor start a
 * process or a thread, nor, where its permissions know the network (Node 25), reach it; what is not allowed is barred.
 * No text becomes code outside of the contexts either.
 *
 * @param known the options that this Node knows
 */
export function transformOptions(known: ReadonlySet<string>, files: readonly string[]): string[] {
  const permission = permissionFlags.find((flag) => known.has(flag));
  return [
    `--max-old-space-size=${heapMb}`,
    '--disallow-code-generation-from-strings',
    ...(permission === undefined ? [] : [permission, ...files.map((file) => `--allow-fs-read=${file}`)]),
  ];
}

/**
 * Starts a process that runs transforms. It sends one message when it is ready.
 *
 * @param more options for Node, for tests of what it may not do
 */
export function startTransformProcess(more: readonly string[] = []): ChildProcess {
  const main = real(new URL('./transform-main.ts', import.meta.url));
  const language = realpathSync(require.resolve('jsonata'));
  const files = [main, real(new URL('./transform-wall.ts', import.meta.url)), language];
  return fork(main, [language], {
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [...transformOptions(process.allowedNodeEnvironmentFlags, files), ...more],
  });
}
