// `npm test [-- path …]`: brings the dependencies in line, then runs the suites on the pinned Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { ensureInstalled } from './launch/ensure-installed.mjs';
import { describeLaunchError } from './launch/launch-error.mjs';
import { pinnedNode } from './launch/pinned-node.mjs';
import { projectRoot } from './launch/project-root.mjs';

const args = process.argv.slice(2);

try {
  await ensureInstalled({ log: console.log });
  const node = pinnedNode();
  if (existsSync(path.join(projectRoot, 'apps/dashboard/index.html')) && wantsFlows()) {
    const { ensureDashboard } = await import('./launch/build-dashboard.mjs');
    await ensureDashboard({ log: console.log, node });
  }
  process.exitCode = await run(node);
} catch (error) {
  console.error(describeLaunchError(error));
  process.exitCode = 1;
}

/** The journeys need the built dashboard; a run of named paths only when the journeys are among them. */
function wantsFlows() {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  return paths.length === 0 || paths.some((name) => name.includes('flow'));
}

/** @param {string} node @returns {Promise<number>} the exit code to pass on */
function run(node) {
  const child = spawn(node, [path.join(projectRoot, 'scripts/test/run-suites.ts'), ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  // The child ends the run and its PostgreSQL, then itself; leaving before it would orphan both.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
