import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPort } from './find-port.ts';

const main = new URL('./main.ts', import.meta.url).pathname;
let folder: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mortise-main-'));
  await chmod(folder, 0o711);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A real start on the embedded database. `said` resolves with the text so far once it holds the pattern. */
function start(settings: Record<string, string> = {}, ipc = false) {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH ?? '',
      MORTISE_DATA: folder,
      MORTISE_PORT: '0',
      MORTISE_SANDBOX_PORT: '0',
      MORTISE_LOG_LEVEL: 'warn',
      ...settings,
    },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  const waiting: [RegExp, () => void][] = [];
  const onData = (data: Buffer) => {
    text += data.toString();
    for (const [pattern, done] of waiting) if (pattern.test(text)) done();
  };
  child.stdout?.on('data', onData);
  child.stderr?.on('data', onData);
  const said = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const done = () => resolve(text);
      if (pattern.test(text)) return done();
      waiting.push([pattern, done]);
      void ended.then(() => reject(new Error(`It ended first:\n${text}`)));
    });
  return { child, ended, said, text: () => text };
}

const urlIn = (text: string) => /runs at (\S+)/.exec(text)![1]!;
const ready = (url: string) => fetch(`${url}/api/health/ready`).then((answer) => answer.status);
/** The id of the database's process; PostgreSQL removes the file as the last thing when it stops as asked. */
const postgresPid = async (): Promise<number | undefined> => {
  const text = await readFile(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.split('\n')[0]);
};

test(
  'one installation: first start, a second beside it, Ctrl-C, kill -9, and the launcher that is gone',
  { timeout: 60_000 },
  async () => {
    const first = start();
    const greeting = await first.said(/Operator key[^]*operator\.key\)/);
    expect(greeting).toMatch(/First owner, one-time link: +http:\/\/127\.0\.0\.1:\d+\/setup#token=/);
    const url = urlIn(greeting);
    expect(new URL(url).port).not.toBe('0');
    expect(await ready(url)).toBe(200);
    const operatorKey = /Operator key, shown once: +(\S+)/.exec(greeting)![1]!;
    const database = await postgresPid();

    // A second start on the same port says so and touches nothing.
    const beside = start({ MORTISE_PORT: new URL(url).port });
    expect((await beside.ended)[0]).toBe(1);
    expect(beside.text()).toContain(`Something listens at ${url} already`);
    expect(beside.text()).not.toMatch(/\n\s+at /);
    expect(await ready(url)).toBe(200);

    // One on the same data folder and another port must not share the database's folder.
    const sharing = start();
    expect((await sharing.ended)[0]).toBe(1);
    expect(sharing.text()).toContain('Mortise did not start.');
    expect(await ready(url)).toBe(200);
    expect(await postgresPid()).toBe(database);

    first.child.kill('SIGINT');
    expect(await first.ended).toEqual([0, null]);
    expect(await postgresPid()).toBeUndefined();

    // The keys are kept; the operator key is not shown again.
    const second = start();
    const again = await second.said(/runs at/);
    await second.said(/one-time link/);
    expect(again).not.toContain(operatorKey);
    const me = await fetch(`${urlIn(again)}/api/me`, { headers: { authorization: `Bearer ${operatorKey}` } });
    expect(await me.json()).toMatchObject({ kind: 'operator' });
    second.child.kill('SIGKILL');
    await second.ended;

    // What kill -9 left behind is taken over; then the launcher's channel closes, however the launcher ended.
    const third = start({}, true);
    const recovered = urlIn(await third.said(/one-time link/));
    expect(await ready(recovered)).toBe(200);
    // Not 'close': Node does not tell it of a child whose channel was closed from this side.
    const gone = once(third.child, 'exit');
    third.child.disconnect();
    expect(await gone).toEqual([0, null]);
    expect(await postgresPid()).toBeUndefined();

    // Ctrl-C while it still starts leaves no database behind.
    const hasty = start({ MORTISE_LOG_LEVEL: 'debug' });
    await hasty.said(/\S/);
    hasty.child.kill('SIGINT');
    await hasty.ended;
    expect(await postgresPid()).toBeUndefined();
  },
);

test.each<[string, Record<string, string>, RegExp]>([
  ['a wrong setting', { MORTISE_PORT: 'http' }, /MORTISE_PORT: .*Example: MORTISE_PORT=4000/],
  ['a misspelt one', { MORTISE_PROT: '1' }, /MORTISE_PROT: there is no such setting/],
  [
    'a database without a master key',
    { DATABASE_URL: 'postgresql://127.0.0.1:1/x' },
    /MORTISE_MASTER_KEY: is needed/,
  ],
])('%s ends the start with its name and without a stack', async (_what, settings, said) => {
  const { ended, text } = start(settings);
  expect((await ended)[0]).toBe(1);
  expect(text()).toMatch(said);
  expect(text()).not.toMatch(/\n\s+at /);
});

test('port 0 becomes a free port, and a port in use is named with what to do', async () => {
  const port = await findPort('127.0.0.1', 0, 'MORTISE_PORT');
  expect(port).toBeGreaterThan(0);
  const taken = createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
  await expect(findPort('127.0.0.1', port, 'MORTISE_PORT')).rejects.toThrow(`MORTISE_PORT=${port + 1}`);
  taken.close();
});
