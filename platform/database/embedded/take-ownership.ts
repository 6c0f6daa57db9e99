import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { processIdentity } from './process-identity.ts';

const halfWrittenAfterMs = 2_000;

/**
 * Makes this process the one that runs the data folder. PostgreSQL keeps two servers off one folder by itself; this
 * keeps a second Mortise from adopting, and later stopping, the server of a first one that is alive. A dead owner
 * is passed over, also when its number belongs to another process by now.
 * @param file where the owner is written down
 * @returns gives the folder up; harmless when called twice
 * @throws EmbeddedDatabaseError EMBEDDED_PG_IN_USE
 */
export async function takeOwnership(file: string): Promise<() => void> {
  const mine = `${process.pid} ${processIdentity(process.pid) ?? ''}`;
  while (!take(file, mine)) {
    const seen = read(file);
    if (seen === undefined) continue;
    const [, pid = '', identity = ''] = /^(\d+) (.+)$/.exec(seen) ?? [];
    if (pid === '') {
      // Either being written at this moment, or cut off by a crash while it was.
      if (ageMs(file) < halfWrittenAfterMs) {
        await delay(20);
        continue;
      }
    } else if (processIdentity(Number(pid)) === identity) {
      throw new EmbeddedDatabaseError(
        'EMBEDDED_PG_IN_USE',
        `Another Mortise (process ${pid}) runs this data folder. Stop it first, or give this one another data folder ` +
          'and port. To run several processes on one database, set DATABASE_URL for each.',
      );
    }
    passOver(file, seen);
  }
  return () => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
}

function take(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function passOver(file: string, seen: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  // Between the reading and the renaming another may have taken it over: it gets back what is its own.
  const other = read(aside);
  if (other !== undefined && other !== seen) take(file, other);
  rmSync(aside, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function ageMs(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}
