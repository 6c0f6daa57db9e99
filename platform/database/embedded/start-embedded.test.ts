import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chooseAccount } from './choose-account.ts';
import { EmbeddedDatabaseError, startEmbedded, type EmbeddedDatabase } from './index.ts';
import { locatePackage } from './locate-package.ts';
import { readPostmaster, waitUntil } from './postmaster.ts';
import { processIdentity } from './process-identity.ts';
import { serverEnvironment } from './server-environment.ts';
import { serverArguments } from './settings.ts';

const folders: string[] = [];
const running = new Set<EmbeddedDatabase>();

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'mortise-embedded-'));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, log?: (message: string) => void): Promise<EmbeddedDatabase> {
  const database = await startEmbedded(log === undefined ? { dataDir } : { dataDir, log });
  running.add(database);
  return database;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const codeOf = (started: Promise<unknown>): Promise<unknown> =>
  started.then(
    () => 'started',
    (error: unknown) => (error instanceof EmbeddedDatabaseError ? error.code : error),
  );

/** Starts the database from a process of its own, which stays until it is killed and prints what it is told to. */
function startElsewhere(dataDir: string, then = ''): ChildProcess {
  const door = JSON.stringify(new URL('./index.ts', import.meta.url).href);
  const code = `import { startEmbedded } from ${door};
    const database = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)} });
    ${then}
    console.log('up');
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function isUp(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('no output');
  await once(child.stdout, 'data');
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

afterEach(async () => {
  for (const database of running) await database.stop();
  running.clear();
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('a data folder', () => {
  let folder: string;
  const cluster = (): string => path.join(folder, 'cluster');

  beforeAll(async () => {
    folder = newFolder();
    const database = await start(folder);
    await query(database.url, 'create table kept (id int primary key)');
    await database.stop();
  });

  test('holds a durable UTF-8 database that only loopback and the kept password open', async () => {
    const database = await start(folder);
    const show = async (name: string): Promise<unknown> =>
      (await query(database.url, `select current_setting('${name}') as value`))[0]?.['value'];
    expect(await show('server_version')).toMatch(/^18\./);
    expect(await show('listen_addresses')).toBe('127.0.0.1');
    expect(await show('unix_socket_directories')).toBe('');
    expect(await show('jit')).toBe('off');
    expect([await show('fsync'), await show('synchronous_commit'), await show('full_page_writes')]).toEqual([
      'on',
      'on',
      'on',
    ]);
    expect(
      await query(
        database.url,
        `select pg_encoding_to_char(encoding) as encoding, datlocprovider, datlocale from pg_database where datname = 'postgres'`,
      ),
    ).toEqual([{ encoding: 'UTF8', datlocprovider: 'b', datlocale: 'C.UTF-8' }]);
    expect(statSync(path.join(folder, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(cluster()).mode & 0o777).toBe(0o700);

    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    wrong.password = '';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password/);
  });

  test('keeps its data and its address over a stop, and starts warm in a fraction of a second', async () => {
    const first = await start(folder);
    await query(first.url, 'insert into kept values (1)');
    await first.stop();
    const tookMs: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const began = performance.now();
      const again = await start(folder);
      tookMs.push(performance.now() - began);
      expect(again).toMatchObject({ url: first.url, adopted: false });
      expect(await query(again.url, 'select id from kept where id = 1')).toHaveLength(1);
      await again.stop();
    }
    expect(Math.min(...tookMs)).toBeLessThan(300);
  });

  test('has no process left after a stop, not even with sessions open, and a second stop is harmless', async () => {
    const database = await start(folder);
    const client = new Client({ connectionString: database.url });
    client.on('error', () => {});
    await client.connect();
    await client.query('begin; lock table kept');
    const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity');
    await Promise.all([database.stop(), database.stop()]);
    await database.stop();
    const pids = [database.pid, ...rows.map((row) => row.pid)];
    expect(pids.length).toBeGreaterThan(4);
    expect(pids.filter((pid) => processIdentity(pid) !== undefined)).toEqual([]);
    expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(false);
    await client.end().catch(() => {});
  });

  test('belongs to one live process: a second start is refused and does not disturb the first', async () => {
    const other = startElsewhere(folder);
    await isUp(other);
    const pid = readPostmaster(cluster())?.pid;
    expect(await codeOf(startEmbedded({ dataDir: folder }))).toBe('EMBEDDED_PG_IN_USE');
    expect(readPostmaster(cluster())).toMatchObject({ pid, status: 'ready' });
    await kill(other);
    expect(await start(folder)).toMatchObject({ pid, adopted: true });
    expect(await codeOf(startEmbedded({ dataDir: folder }))).toBe('EMBEDDED_PG_IN_USE');
  });

  test('whose process was killed is adopted with what was committed, and without the locks of the dead', async () => {
    const other = startElsewhere(
      folder,
      `const { Client } = await import('pg');
       const client = new Client({ connectionString: database.url });
       await client.connect();
       await client.query('insert into kept values (2)');
       await client.query('begin; lock table kept');
       client.query('select pg_sleep(600)');`,
    );
    await isUp(other);
    const pid = readPostmaster(cluster())?.pid;
    await kill(other);
    const said: string[] = [];
    const database = await start(folder, (message) => said.push(message));
    expect(database).toMatchObject({ pid, adopted: true });
    expect(said).toEqual([expect.stringContaining('still running from an earlier start')]);
    const impatient = `${database.url}?options=-c%20lock_timeout%3D1000`;
    expect(await query(impatient, 'delete from kept where id = 2 returning id')).toEqual([{ id: 2 }]);
    await database.stop();
    expect(processIdentity(database.pid)).toBeUndefined();
  });

  test('whose orphan runs with other settings gets a new server', async () => {
    const port = Number(readFileSync(path.join(folder, 'port'), 'utf8'));
    const account = chooseAccount(cluster());
    const orphan = spawn(
      path.join(locatePackage(), 'native/bin/postgres'),
      [...serverArguments(cluster(), port), '-c', 'work_mem=4MB'],
      {
        detached: true,
        stdio: 'ignore',
        cwd: folder,
        env: serverEnvironment(),
        ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
      },
    );
    expect(await waitUntil(() => readPostmaster(cluster())?.status === 'ready', 10_000)).toBe(true);
    const database = await start(folder);
    expect(database.adopted).toBe(false);
    expect(database.pid).not.toBe(orphan.pid);
    expect(orphan.exitCode).toBe(0);
  });

  test('is started again on the same address when PostgreSQL itself is killed in the middle of writing, and loses nothing acknowledged', async () => {
    const said: string[] = [];
    const database = await start(folder, (message) => said.push(message));
    const killed = database.pid;
    await query(database.url, 'create table acknowledged (id int primary key)');
    const client = new Client({ connectionString: database.url });
    client.on('error', () => {});
    await client.connect();
    const insert = (id: number): Promise<boolean> =>
      client.query('insert into acknowledged values ($1)', [id]).then(
        () => true,
        () => false,
      );
    let acknowledged = 0;
    while (await insert(acknowledged + 1)) {
      acknowledged += 1;
      if (acknowledged === 50) process.kill(database.pid, 'SIGKILL');
    }
    const sum = 'select count(*)::int as rows, max(id) as last from acknowledged';
    await expect.poll(() => query(database.url, sum).catch(() => []), { timeout: 20_000 }).toHaveLength(1);
    const [row] = await query(database.url, sum);
    expect(database.pid).not.toBe(killed);
    expect(said).toContain('PostgreSQL runs again.');
    expect(acknowledged).toBeGreaterThanOrEqual(50);
    expect(row?.['last']).toBeGreaterThanOrEqual(acknowledged);
    expect(row?.['rows']).toBe(row?.['last']);
  });

  test('found running and then killed, it is started again too, and a stop in the middle of that leaves no process', async () => {
    const other = startElsewhere(folder);
    await isUp(other);
    await kill(other);
    const database = await start(folder);
    expect(database.adopted).toBe(true);
    process.kill(database.pid, 'SIGKILL');
    await expect
      .poll(() => query(database.url, 'select 1').catch(() => []), { timeout: 20_000 })
      .toHaveLength(1);
    process.kill(database.pid, 'SIGKILL');
    await database.stop();
    const left = readPostmaster(cluster());
    expect(left === undefined || processIdentity(left.pid) === undefined).toBe(true);
  });

  test('starts at once after both we and PostgreSQL were killed', async () => {
    const other = startElsewhere(folder);
    await isUp(other);
    const pid = readPostmaster(cluster())?.pid ?? 0;
    await kill(other);
    process.kill(pid, 'SIGKILL');
    expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(true);
    const database = await start(folder);
    expect(database.adopted).toBe(false);
    expect(await query(database.url, 'select count(*) from kept')).toHaveLength(1);
  });

  test('starts over a stale postmaster.pid, whether its number is free or another live program has it', async () => {
    const port = readFileSync(path.join(folder, 'port'), 'utf8').trim();
    // PostgreSQL's own user's, so that it may signal it and takes it for a server.
    const account = chooseAccount(cluster());
    const program = spawn('sleep', ['600'], {
      stdio: 'ignore',
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    await once(program, 'spawn');
    const startOverPidFile = async (): Promise<void> => {
      const lines = [program.pid, cluster(), 1, port, '', '127.0.0.1', '    1 1', 'ready   ', ''];
      writeFileSync(path.join(cluster(), 'postmaster.pid'), lines.join('\n'));
      const database = await start(folder);
      expect(database).toMatchObject({ adopted: false });
      expect(await query(database.url, 'select 1')).toHaveLength(1);
      await database.stop();
    };
    await startOverPidFile();
    expect([program.exitCode, program.signalCode]).toEqual([null, null]);
    await kill(program);
    await startOverPidFile();
  });

  test('moves to another port when its own was taken meanwhile', async () => {
    const port = Number(readFileSync(path.join(folder, 'port'), 'utf8'));
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const database = await start(folder);
    expect(Number(new URL(database.url).port)).not.toBe(port);
    expect(await query(database.url, 'select 1')).toHaveLength(1);
    await database.stop();
    squatter.close();
    expect((await start(folder)).url).toBe(database.url);
  });

  test('with the wrong password says so and leaves no server behind; with none as well', async () => {
    const file = path.join(folder, 'password');
    const password = readFileSync(file, 'utf8');
    writeFileSync(file, 'wrong');
    expect(await codeOf(startEmbedded({ dataDir: folder }))).toBe('EMBEDDED_PG_PASSWORD');
    expect(readPostmaster(cluster())).toBeUndefined();
    writeFileSync(file, '');
    expect(await codeOf(startEmbedded({ dataDir: folder }))).toBe('EMBEDDED_PG_PASSWORD');
    writeFileSync(file, password);
    expect((await start(folder)).adopted).toBe(false);
  });

  test('of another version is refused untouched', async () => {
    const file = path.join(cluster(), 'PG_VERSION');
    const version = readFileSync(file, 'utf8');
    writeFileSync(file, '15\n');
    const refusal = startEmbedded({ dataDir: folder });
    await expect(refusal).rejects.toThrow(/made by PostgreSQL 15/);
    expect(await codeOf(refusal)).toBe('EMBEDDED_PG_FOREIGN_CLUSTER');
    writeFileSync(file, version);
    expect((await start(folder)).adopted).toBe(false);
  });

  test('reports a server that refuses to start with what it said', async () => {
    const file = path.join(cluster(), 'postgresql.conf');
    const settings = readFileSync(file, 'utf8');
    writeFileSync(file, `${settings}\nnot_a_setting = 1\n`);
    const refusal = startEmbedded({ dataDir: folder });
    await expect(refusal).rejects.toThrow(/not_a_setting/);
    expect(await codeOf(refusal)).toBe('EMBEDDED_PG_START_FAILED');
    writeFileSync(file, settings);
    expect((await start(folder)).adopted).toBe(false);
  });
});

describe('a first start that is killed in the middle of initdb', () => {
  test.each([
    ['together with initdb', true],
    ['while initdb goes on alone', false],
  ])('is made good by the next one: killed %s', async (_, initdbToo) => {
    const folder = newFolder();
    const unfinished = (): string[] => readdirSync(folder).filter((name) => name.startsWith('initdb-'));
    const other = startElsewhere(folder);
    const inTheMiddle = (): boolean =>
      unfinished().some((name) => existsSync(path.join(folder, name, 'cluster/PG_VERSION')));
    expect(await waitUntil(inTheMiddle, 20_000)).toBe(true);
    const initdb = initdbToo ? childrenOf(other.pid ?? 0) : [];
    await kill(other);
    for (const pid of initdb) process.kill(pid, 'SIGKILL');
    expect(existsSync(path.join(folder, 'cluster'))).toBe(false);

    const database = await start(folder);
    expect(await query(database.url, 'select 1')).toHaveLength(1);
    await database.stop();
    expect((await start(folder)).url).toBe(database.url);
    expect(unfinished()).toEqual([]);
  });
});

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}
