import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { projectRoot } from './project-root.mjs';
import { withLock } from './with-lock.mjs';

/**
 * Brings node_modules in line with package-lock.json; does nothing, and needs no network, when it already is.
 * Install scripts are never run: npm 11 does not run them by default, so that nothing may depend on them.
 * @param {{ log?: (message: string) => void, root?: string }} [options]
 * @returns {Promise<void>}
 * @throws {LaunchError} LOCK_FILE_MISSING, INSTALL_FAILED
 */
export async function ensureInstalled({ log = () => {}, root = projectRoot } = {}) {
  const stampFile = path.join(root, 'node_modules', '.mortise-installed');
  const expected = stampOf(root);
  if (readIfThere(stampFile) === expected) return;
  await withLock(
    path.join(root, '.cache', 'install.lock'),
    async (guard) => {
      if (readIfThere(stampFile) === expected) return;
      // Someone may have installed by hand. A needless `npm ci` would start by deleting what is there, and without
      // network could not bring it back.
      if (!matchesLock(root)) {
        rmSync(stampFile, { force: true });
        log('Installing the dependencies from package-lock.json (only when they change) …');
        await npmCi(root, guard);
      }
      writeFileSync(stampFile, expected);
    },
    () => log('Another start is installing the dependencies; waiting for it …'),
  );
}

/** What the stamp must say: the lock's digest, and the platform, because a folder may be shared between machines. */
function stampOf(root) {
  const lock = readIfThere(path.join(root, 'package-lock.json'));
  if (lock === undefined) {
    throw new LaunchError(
      'LOCK_FILE_MISSING',
      `There is no package-lock.json in ${root}. Restore it: git checkout package-lock.json`,
    );
  }
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
}

/** Compares the lock with npm's own record of what it installed, and that record with what is there. */
function matchesLock(root) {
  const wanted = packagesIn(path.join(root, 'package-lock.json'));
  const installed = packagesIn(path.join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([location, want]) => {
    if (location === '') return true;
    const have = installed[location];
    if (have === undefined) return want.optional === true && !isForThisMachine(want);
    return (
      have.version === want.version &&
      have.integrity === want.integrity &&
      have.resolved === want.resolved &&
      existsSync(path.join(root, location, 'package.json'))
    );
  });
}

/** A file that is not there, or is damaged, matches nothing: npm then says what is wrong with it. */
function packagesIn(file) {
  try {
    return JSON.parse(readIfThere(file) ?? '').packages;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** An optional package is missed only if it names this machine; one that names a libc is left to npm's judgement. */
function isForThisMachine({ os, cpu, libc }) {
  if (os === undefined || cpu === undefined || libc !== undefined) return false;
  return [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch);
}

/** @param {string} root @param {(pid: number | undefined) => void} guard */
function npmCi(root, guard) {
  // Under `npm start` npm names its own script, which runs without a shell on every platform.
  const npmScript = process.env.npm_execpath;
  const [command, before] = npmScript?.endsWith('.js') ? [process.execPath, [npmScript]] : ['npm', []];
  const flags = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...flags], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    guard(child.pid);
    const fail = (what, cause) =>
      reject(
        new LaunchError(
          'INSTALL_FAILED',
          `Installing the dependencies failed (${what}). The first start needs the npm registry: check the network or the proxy ` +
            'settings (npm config get registry), then start again.',
          cause,
        ),
      );
    child.once('error', (error) => fail(`npm could not be run: ${error.message}`, error));
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : fail(`npm ci ended with ${signal ?? `code ${code}`}`),
    );
  });
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
