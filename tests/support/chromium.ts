import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const macApps = ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'];
const launchArgs = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts the browser that the journeys run in, headless; the caller closes it.
 * @throws {Error} saying what to install when there is none
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(missing);
  return chromium.launch({ executablePath, args: launchArgs });
}

/**
 * The path of a Chromium: `CHROME_PATH`, the PATH, the system's applications, then Playwright's own downloads.
 * @throws {Error} when `CHROME_PATH` names something that cannot be run
 */
function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env.CHROME_PATH;
  if (given !== undefined && given !== '') {
    if (runs(given)) return given;
    throw new Error(`CHROME_PATH is ${given}, which cannot be run. Example: CHROME_PATH=/usr/bin/chromium`);
  }
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return [
    ...names.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...macApps.map((app) => path.join('/Applications', app)),
    ...downloaded(env),
  ].find(runs);
}

/**
 * Sees to it that there is a Chromium: found, or installed from Debian's packages when this runs as root there.
 * @param log told before anything is downloaded
 * @returns its path
 * @throws {Error} saying what to install where none can be had
 */
export async function ensureChromium(log: (message: string) => void): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw new Error(missing);
  log('No Chromium here; installing Debian’s package (apt-get install chromium) …');
  const run = promisify(execFile);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-q'], { env, maxBuffer: 1e8 });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
      env,
      maxBuffer: 1e8,
    });
  } catch (cause) {
    throw new Error(`${missing} (apt-get could not: ${String(cause)})`, { cause });
  }
  const installed = findChromium();
  if (installed === undefined) throw new Error(missing);
  return installed;
}

const missing =
  'The browser journeys need Chromium, and there is none. Install it (Debian: apt-get install chromium; ' +
  'elsewhere: npx playwright-core install chromium) or name one: CHROME_PATH=/path/to/chromium';

function downloaded(env: NodeJS.ProcessEnv): string[] {
  const own = env.PLAYWRIGHT_BROWSERS_PATH;
  const folders = own === undefined || own === '0' ? [] : [own];
  folders.push(
    path.join(homedir(), '.cache/ms-playwright'),
    path.join(homedir(), 'Library/Caches/ms-playwright'),
  );
  return folders.flatMap((cwd) =>
    globSync(['chromium-*/chrome-linux*/chrome', 'chromium-*/chrome-mac*/*.app/Contents/MacOS/*'], { cwd })
      .toSorted()
      .toReversed()
      .map((file) => path.join(cwd, file)),
  );
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
