import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { projectRoot } from './project-root.mjs';
import { withLock } from './with-lock.mjs';

const inputs = ['apps/dashboard', 'clients', 'contract', 'package-lock.json'];
const notInputs = new Set(['node_modules', 'dist', 'coverage', '.cache']);

/**
 * Builds the dashboard when its sources, or those of what it imports, changed since the last build. Sources are
 * compared by name, size and time of change, which costs milliseconds where reading them would not.
 * @param {{ log?: (message: string) => void, node: string, root?: string }} options `node`: the Node that builds
 * @returns {Promise<void>}
 * @throws {LaunchError} DASHBOARD_BUILD_FAILED with the builder's output
 */
export async function ensureDashboard({ log = () => {}, node, root = projectRoot }) {
  const stampFile = path.join(root, 'apps/dashboard/dist/.built');
  const isFresh = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint(root);
  if (isFresh()) return;
  await withLock(
    path.join(root, '.cache', 'dashboard.lock'),
    async (guard) => {
      if (isFresh()) return;
      log('Building the dashboard (only when it changes) …');
      // Taken before the build: a file saved while it runs makes the next start build again.
      const built = fingerprint(root);
      await viteBuild(root, node, guard);
      writeFileSync(stampFile, built);
    },
    () => log('Another start is building the dashboard; waiting for it …'),
  );
}

/** @param {string} root */
function fingerprint(root) {
  const hash = createHash('sha256');
  const visit = (relative) => {
    const absolute = path.join(root, relative);
    const entry = statSync(absolute, { throwIfNoEntry: false });
    if (entry === undefined) return;
    if (!entry.isDirectory()) {
      hash.update(`${relative}\0${entry.size}\0${entry.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(absolute).toSorted()) {
      if (!notInputs.has(name)) visit(`${relative}/${name}`);
    }
  };
  for (const input of inputs) visit(input);
  return `${hash.digest('hex')}\n`;
}

function viteBuild(root, node, guard) {
  const cwd = path.join(root, 'apps/dashboard');
  const vite = [path.join(cwd, 'node_modules'), path.join(root, 'node_modules')]
    .map((folder) => path.join(folder, 'vite/bin/vite.js'))
    .find((file) => existsSync(file));
  const failed = (what, output) =>
    new LaunchError(
      'DASHBOARD_BUILD_FAILED',
      `The dashboard could not be built: ${what}.${output === '' ? '' : `\n${output}`}`,
    );
  if (vite === undefined) throw failed('Vite is not installed. Run: npm ci --include=dev', '');
  return new Promise((resolve, reject) => {
    const child = spawn(node, [vite, 'build'], {
      cwd,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    guard(child.pid);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => reject(failed(error.message, '')));
    child.once('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(failed(`vite build ended with ${signal ?? `code ${code}`}`, output.trim())),
    );
  });
}
