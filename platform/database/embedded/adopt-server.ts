import { rmSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { probeServer } from './probe-server.ts';
import { isServerOf, readPostmaster, stopPostmaster, waitUntil } from './postmaster.ts';
import { processCommandLine, processIdentity, runsReplacedProgram } from './process-identity.ts';
import { serverArguments } from './settings.ts';

const settleMs = 60_000;

/**
 * Deals with what an earlier process left running on the cluster. A server that is what we would start, and answers,
 * is adopted; one with other settings or another program is stopped; a postmaster.pid whose number has gone to
 * another program is removed. Afterwards the cluster is free, or its server is ours.
 * @returns the adopted server, or undefined when one has to be started
 */
export async function adoptServer(
  cluster: string,
  postgres: string,
  password: string,
  log: (message: string) => void,
): Promise<{ pid: number; port: number } | undefined> {
  const found = readPostmaster(cluster);
  if (found === undefined) return undefined;
  const { pid } = found;
  if (!isServerOf(cluster, pid)) {
    // PostgreSQL gets over a dead number by itself, and then also looks for sessions that outlived their server. It
    // takes a live or unreaped process of that number for a server, though, and would refuse for ever.
    if (isSignalable(pid)) rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
    return undefined;
  }
  const identity = processIdentity(pid);
  const isGone = (): boolean => processIdentity(pid) !== identity;
  await waitUntil(() => isGone() || readPostmaster(cluster)?.status === 'ready', settleMs);
  if (isGone()) return undefined;

  const { port, status } = readPostmaster(cluster) ?? found;
  if (port !== undefined && status === 'ready' && isAsWeStart(pid, cluster, postgres, port)) {
    const answer = await probeServer({ port, password, cluster, endOtherSessions: true });
    if (answer === 'password-refused') throw passwordRefused(cluster);
    if (answer === 'ok') {
      log(`Found PostgreSQL still running from an earlier start (process ${pid}); going on with it.`);
      return { pid, port };
    }
  }
  log(`Stopping the PostgreSQL of an earlier start (process ${pid}) …`);
  await stopPostmaster(pid);
  return undefined;
}

/** @returns what to throw when the cluster does not take the password we keep for it */
export function passwordRefused(cluster: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'EMBEDDED_PG_PASSWORD',
    `The database in ${cluster} refuses the password kept beside it. Bring the file "password" back from a backup, or ` +
      "set the postgres role's password to it.",
  );
}

function isAsWeStart(pid: number, cluster: string, postgres: string, port: number): boolean {
  const wanted = [postgres, ...serverArguments(cluster, port)].join(' ');
  return processCommandLine(pid) === wanted && !runsReplacedProgram(pid);
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
