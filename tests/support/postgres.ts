import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbedded } from '@mortise/platform/database/embedded';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL whose user may create databases and roles. Every test file makes a database of its own in it. */
    databaseUrl: string;
  }
}

const prefix = 'mortise-test-';

/**
 * One real PostgreSQL for the whole run: the one `DATABASE_URL` names, else an embedded one that is gone with the run.
 * Its folder lies under the system's temporary one, because PostgreSQL refuses to run as root and must reach its
 * data as another user.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined && given !== '') {
    project.provide('databaseUrl', given);
    return async () => {};
  }
  await sweep();
  const folder = await mkdtemp(path.join(tmpdir(), `${prefix}${process.pid}-`));
  // A temporary folder is its maker's alone, and PostgreSQL must pass through it.
  await chmod(folder, 0o711);
  const database = await startEmbedded({ dataDir: dataOf(folder) });
  // A run that is cut short has no teardown, and PostgreSQL would outlive it; its folder is left to the next sweep.
  const endAtOnce = (): void => {
    process.kill(database.pid, 'SIGQUIT');
  };
  process.once('exit', endAtOnce);
  project.provide('databaseUrl', database.url);
  return async () => {
    process.off('exit', endAtOnce);
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** Removes what a run that was killed outright has left: its PostgreSQL is adopted, stopped and its folder deleted. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    const folder = path.join(tmpdir(), name);
    const old = await startEmbedded({ dataDir: dataOf(folder) }).catch(() => undefined);
    await old?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function dataOf(folder: string): string {
  return path.join(folder, 'postgres');
}

/** A process of another user counts as alive, and so does what cannot be told. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
