import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { readSecrets } from './secrets.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mortise-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = (settings: Record<string, string> = {}) =>
  readSecrets(readConfig({ MORTISE_DATA: folder, ...settings }));
const key = Buffer.alloc(32, 7).toString('base64');

test('the first start makes both keys, readable by their owner alone; the next ones read them', async () => {
  const first = await read();
  expect(first.masterKeys[0]).toHaveLength(32);
  expect(first.newOperatorKey).toBe(first.operatorKey);
  expect([...first.generated].toSorted()).toEqual(['MORTISE_MASTER_KEY', 'MORTISE_OPERATOR_KEY']);
  expect((await readdir(folder)).toSorted()).toEqual(['master.key', 'operator.key']);
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  const second = await read();
  expect(second.masterKeys).toEqual(first.masterKeys);
  expect([second.operatorKey, second.newOperatorKey]).toEqual([first.operatorKey, undefined]);
});

test('processes that start at once on one folder make one key between them', async () => {
  const secrets = new URL('./secrets.ts', import.meta.url).href;
  const config = new URL('./config.ts', import.meta.url).href;
  const code = `const { readSecrets } = await import(${JSON.stringify(secrets)}); const { readConfig } = await import(${JSON.stringify(config)});
    const all = await Promise.all([0, 1, 2].map(() => readSecrets(readConfig({ MORTISE_DATA: ${JSON.stringify(folder)} }))));
    console.log(JSON.stringify(all.map((one) => [Buffer.from(one.masterKeys[0]).toString('hex'), one.operatorKey, one.newOperatorKey !== undefined])));`;
  const runs = await Promise.all(
    [0, 1].map(() =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
        env: { PATH: process.env.PATH ?? '' },
      }),
    ),
  );
  const seen = runs.flatMap(({ stdout }) => JSON.parse(stdout) as [string, string, boolean][]);
  expect(seen).toHaveLength(6);
  expect(new Set(seen.map(([master]) => master)).size).toBe(1);
  expect(new Set(seen.map(([, operator]) => operator)).size).toBe(1);
  expect(seen.filter(([, , shown]) => shown)).toHaveLength(1);
});

test('keys of the environment are used as they are and written nowhere', async () => {
  const secrets = await read({
    MORTISE_MASTER_KEY: key,
    MORTISE_MASTER_KEY_PREVIOUS: key,
    MORTISE_OPERATOR_KEY: 'mor_operator_0123456789abcdef',
  });
  expect(secrets.masterKeys).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 7)]);
  expect(secrets.operatorKey).toBe('mor_operator_0123456789abcdef');
  expect(await readdir(folder)).toEqual([]);
});

test('a database of your own without a master key is refused, with how to make one', async () => {
  await expect(read({ DATABASE_URL: 'postgresql://localhost/x' })).rejects.toThrow(
    /MORTISE_MASTER_KEY: is needed[^]*openssl rand/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('a key file that was cut short is refused and left as it is', async () => {
  await writeFile(join(folder, 'master.key'), 'c2hvcnQ=\n');
  await expect(read()).rejects.toThrow(/does not hold 32 bytes/);
  expect(await readFile(join(folder, 'master.key'), 'utf8')).toBe('c2hvcnQ=\n');
  await rm(join(folder, 'master.key'));
  await writeFile(join(folder, 'operator.key'), '');
  await expect(read()).rejects.toThrow(/operator\.key does not hold a key/);
});
