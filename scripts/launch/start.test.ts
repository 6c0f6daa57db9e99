import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

// A project of our shape without the weight: the launcher itself is real, and so is npm; the one package is a local
// one in Vite's place that notes each build, and the server is a few lines.
const builder = `import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
appendFileSync('../../builds.log', 'built\\n');
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
if (process.env.FAIL) { console.error('a mistake in the source'); process.exit(2); }
`;
const server = `import { writeFileSync } from 'node:fs';
const [what] = process.argv.slice(2);
if (what === 'wait') {
  process.on('SIGTERM', () => process.exit(43));
  process.once('disconnect', () => { writeFileSync('left-alone', process.pid + '\\n'); process.exit(0); });
  setInterval(() => {}, 1000);
}
console.log(JSON.stringify({ args: process.argv.slice(2), version: process.version }) as string);
if (what === 'fail') process.exit(7);
`;

let root: string;
const at = (name: string): string => path.join(root, name);
const lines = (name: string): number =>
  existsSync(at(name)) ? readFileSync(at(name), 'utf8').split('\n').length - 1 : 0;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mortise-start-'));
  for (const folder of ['scripts', 'apps/server', 'apps/dashboard/src', 'contract', 'tools/vite/bin']) {
    mkdirSync(at(folder), { recursive: true });
  }
  cpSync(path.resolve(import.meta.dirname, '../start.mjs'), at('scripts/start.mjs'));
  cpSync(import.meta.dirname, at('scripts/launch'), { recursive: true });
  writeFileSync(
    at('package.json'),
    JSON.stringify({ name: 'scratch', type: 'module', private: true, workspaces: ['tools/*'] }),
  );
  writeFileSync(
    at('tools/vite/package.json'),
    JSON.stringify({ name: 'vite', version: '1.0.0', type: 'module' }),
  );
  writeFileSync(at('tools/vite/bin/vite.js'), builder);
  writeFileSync(at('apps/server/main.ts'), server);
  writeFileSync(at('apps/dashboard/src/page.tsx'), 'one');
  lock();
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], HOME: process.env['HOME'] });

function lock(): void {
  execFileSync('npm', ['install', '--package-lock-only', '--offline', '--silent'], {
    cwd: root,
    env: environment(),
  });
}

function launch(args: string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [at('scripts/start.mjs'), ...args], {
    cwd: root,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(
  args: string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; out: string; said: string }> {
  const child = launch(args, env);
  let out = '';
  let said = '';
  child.stdout?.on('data', (text) => (out += String(text)));
  child.stderr?.on('data', (text) => (said += String(text)));
  await once(child, 'close');
  return { code: child.exitCode ?? -1, out, said };
}

async function isUp(child: ChildProcess): Promise<void> {
  if (child.stdout !== null) while (!String((await once(child.stdout, 'data'))[0]).includes('args'));
}

test('a fresh clone is installed and built once; from then on a start goes straight to the server', async () => {
  const first = await run(['one', '--two']);
  expect(first.said).toContain('Installing the dependencies');
  expect(first.said).toContain('Building the dashboard');
  expect(first.out).toContain('"args":["one","--two"]');
  expect(first.code).toBe(0);
  expect(await run(['fail'])).toMatchObject({ code: 7, said: '' });
  expect(lines('builds.log')).toBe(1);
});

test('a changed lock installs again, a changed source builds again, and nothing else does', async () => {
  await run();
  appendFileSync(at('apps/server/main.ts'), '\n');
  expect((await run()).said).toBe('');

  writeFileSync(at('apps/dashboard/src/page.tsx'), 'two');
  utimesSync(at('apps/dashboard/src/page.tsx'), 1, 1);
  const built = await run();
  expect(built.said).not.toContain('Installing');
  expect(built.said).toContain('Building');
  writeFileSync(at('contract/new.ts'), '');
  expect((await run()).said).toContain('Building');
  expect(lines('builds.log')).toBe(3);

  mkdirSync(at('tools/added'));
  writeFileSync(at('tools/added/package.json'), JSON.stringify({ name: 'added', version: '1.0.0' }));
  lock();
  expect((await run()).said).toContain('Installing');
});

test('what was installed by hand from the same lock is left as it is', async () => {
  execFileSync('npm', ['ci', '--offline', '--silent'], { cwd: root, env: environment() });
  writeFileSync(at('node_modules/witness'), '');
  expect((await run()).said).not.toContain('Installing');
  expect(existsSync(at('node_modules/witness'))).toBe(true);
});

test('of several first starts at once one installs and one builds, and all come up', async () => {
  const starts = await Promise.all([run(), run(), run()]);
  expect(starts.map((one) => one.code)).toEqual([0, 0, 0]);
  expect(starts.filter((one) => one.said.includes('Installing'))).toHaveLength(1);
  expect(lines('builds.log')).toBe(1);
});

test('locks of starts that were killed are passed over', async () => {
  const gone = spawn('true');
  await once(gone, 'exit');
  mkdirSync(at('.cache'));
  const host = execFileSync(process.execPath, ['-p', 'os.hostname()'], { encoding: 'utf8' }).trim();
  for (const name of ['install', 'dashboard'])
    writeFileSync(at(`.cache/${name}.lock`), `${host} 1 ${gone.pid}`);
  expect((await run()).code).toBe(0);
});

test('an install or a build that fails says what to do, and the next start tries again', async () => {
  const lockFile = readFileSync(at('package-lock.json'));
  writeFileSync(at('package-lock.json'), 'damaged');
  const failed = await run();
  expect(failed).toMatchObject({ code: 1, out: '' });
  expect(failed.said).toContain('[INSTALL_FAILED]');
  writeFileSync(at('package-lock.json'), lockFile);

  const unbuilt = await run([], { FAIL: 'yes' });
  expect(unbuilt).toMatchObject({ code: 1, out: '' });
  expect(unbuilt.said).toContain('[DASHBOARD_BUILD_FAILED]');
  expect(unbuilt.said).toContain('a mistake in the source');
  expect(await run()).toMatchObject({ code: 0 });
});

test('a signal to the launcher alone reaches the server, whose exit code is passed on', async () => {
  const child = launch(['wait']);
  await isUp(child);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(child.exitCode).toBe(43);
});

test('a server whose launcher was killed hears of it', async () => {
  const child = launch(['wait']);
  await isUp(child);
  const watching = watch(root);
  const heard = new Promise<void>((resolve) => {
    watching.on('change', () => lines('left-alone') > 0 && resolve());
  });
  child.kill('SIGKILL');
  await heard;
  watching.close();
  expect(readFileSync(at('left-alone'), 'utf8')).toMatch(/^\d+\n$/);
});
