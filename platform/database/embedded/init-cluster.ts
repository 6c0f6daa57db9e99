import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Account } from './choose-account.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import type { Binaries } from './find-binaries.ts';
import { serverEnvironment } from './server-environment.ts';

const unfinishedPrefix = 'initdb-';

/**
 * Makes the cluster when there is none. initdb works in a folder beside it that is renamed when it is whole, so that
 * a process killed in the middle leaves nothing that could be taken for a database.
 * @param folder the data folder, owned by this process alone
 * @returns the superuser's password, kept in `folder/password` and readable by us only
 * @throws EmbeddedDatabaseError EMBEDDED_PG_INIT_FAILED, EMBEDDED_PG_FOREIGN_CLUSTER, EMBEDDED_PG_PASSWORD
 */
export async function initCluster(
  folder: string,
  cluster: string,
  binaries: Binaries,
  account: Account | undefined,
  log: (message: string) => void,
): Promise<string> {
  const passwordFile = path.join(folder, 'password');
  for (const name of readdirSync(folder)) {
    if (name.startsWith(unfinishedPrefix)) discard(path.join(folder, name));
  }
  if (existsSync(cluster)) {
    requireVersion(cluster, binaries.major);
    return readPassword(passwordFile, cluster);
  }
  log('Creating the database (first start only) …');
  // Kept before the cluster exists: a crash in between must not leave a database that nobody can open.
  if (!existsSync(passwordFile)) keep(passwordFile, randomBytes(32).toString('base64url'));
  const password = readPassword(passwordFile, cluster);

  const unfinished = mkdtempSync(path.join(folder, unfinishedPrefix));
  try {
    const made = path.join(unfinished, 'cluster');
    const passwordCopy = path.join(unfinished, 'password');
    mkdirSync(made, { mode: 0o700 });
    writeFileSync(passwordCopy, password, { mode: 0o600 });
    if (account !== undefined)
      for (const at of [unfinished, made, passwordCopy]) chownSync(at, account.uid, account.gid);
    await runInitdb(binaries.initdb, made, passwordCopy, account);
    renameSync(made, cluster);
    syncFolder(folder);
  } finally {
    discard(unfinished);
  }
  return password;
}

function runInitdb(
  initdb: string,
  cluster: string,
  passwordFile: string,
  account: Account | undefined,
): Promise<void> {
  const args = [
    `--pgdata=${cluster}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--no-instructions',
    '--encoding=UTF8',
    // PostgreSQL's own collation: the same order on every machine, whatever its C library.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(initdb, args, {
      cwd: path.dirname(cluster),
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', (cause) => reject(doesNotRun(initdb, cause)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      reject(
        new EmbeddedDatabaseError(
          'EMBEDDED_PG_INIT_FAILED',
          `The database could not be created: initdb ended with ${signal ?? `code ${code}`}. It said:\n${output.trim()}`,
        ),
      );
    });
  });
}

/** A program that is there but cannot be run: most often another C library (Alpine) or a missing one. */
export function doesNotRun(program: string, cause: Error): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'EMBEDDED_PG_PLATFORM_MISSING',
    `The embedded PostgreSQL does not run on this machine (${program}: ${cause.message}). On Linux it needs glibc. ` +
      'Set DATABASE_URL to any PostgreSQL from version 15 on.',
    { cause },
  );
}

function requireVersion(cluster: string, major: string): void {
  const file = path.join(cluster, 'PG_VERSION');
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  if (version === major) return;
  throw new EmbeddedDatabaseError(
    'EMBEDDED_PG_FOREIGN_CLUSTER',
    version === undefined
      ? `${cluster} is not a PostgreSQL database. Move it away, or choose another data folder.`
      : `The database in ${cluster} was made by PostgreSQL ${version}; this is ${major}. Move it with pg_dump and ` +
          `pg_restore of version ${major}, or run it with its own version and set DATABASE_URL.`,
  );
}

function readPassword(file: string, cluster: string): string {
  const password = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (password !== '') return password;
  throw new EmbeddedDatabaseError(
    'EMBEDDED_PG_PASSWORD',
    `The password of the database in ${cluster} is missing: bring ${file} back from a backup.`,
  );
}

function keep(file: string, content: string): void {
  const aside = `${file}.new`;
  rmSync(aside, { force: true });
  writeFileSync(aside, content, { mode: 0o600, flush: true });
  chmodSync(aside, 0o600);
  renameSync(aside, file);
  syncFolder(path.dirname(file));
}

/** A rename is on the disk once its folder is. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** An initdb whose parent was killed may still be writing there; what it leaves goes at the next start. */
function discard(unfinished: string): void {
  try {
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch {
    // Never in the way: each attempt has a name of its own.
  }
}
