import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { projectRoot } from './project-root.mjs';

/**
 * Runs the server as a child on the given Node and waits for it. The child gets the terminal and the arguments, and
 * an IPC channel that carries no messages: the kernel closes it however this process ends, so that the child's
 * 'disconnect' event tells it even of a kill -9.
 * @param {{ node: string, args: string[], root?: string }} options
 * @returns {Promise<number>} the exit code to pass on, 128 + n when signal n ended the child
 */
export function runServer({ node, args, root = projectRoot }) {
  const child = spawn(node, [path.join(root, 'apps/server/main.ts'), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Compiled and type-stripped sources are kept between starts.
    env: { NODE_COMPILE_CACHE: path.join(root, '.cache', 'compiled'), ...process.env },
  });
  // A terminal sends Ctrl-C and a hang-up to the whole group, the child included, and npm passes its own on to us:
  // sending it on as well would look like a second, impatient Ctrl-C. Without a terminal it came to us alone.
  const onTerminal = process.stdin.isTTY === true || process.stdout.isTTY === true;
  const asked = new Set();
  const passOn = (signal) => {
    if (asked.has(signal) || (onTerminal && signal !== 'SIGTERM')) return;
    asked.add(signal);
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => passOn(signal));
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new LaunchError('SERVER_NOT_STARTED', `${node} could not be run: ${error.message}`, error)),
    );
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
