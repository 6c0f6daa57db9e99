import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { processCommandLine, processIdentity } from './process-identity.ts';

const pollMs = 2;
const fastStopMs = 30_000;
const immediateStopMs = 5_000;

/** What a server writes about itself in its cluster's postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number | undefined;
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | undefined;
}

/** Reads postmaster.pid (lines: pid, folder, start time, port, socket folder, address, shared memory, status). */
export function readPostmaster(cluster: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  // A standalone backend writes its pid negated.
  const pid = Math.abs(Number(lines[0]));
  const port = Number(lines[3]);
  const status = lines[7]?.trim();
  if (!Number.isInteger(pid) || pid < 2) return undefined;
  return {
    pid,
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    status:
      status === 'starting' || status === 'stopping' || status === 'ready' || status === 'standby'
        ? status
        : undefined,
  };
}

/**
 * Whether the live process `pid` is a PostgreSQL on this cluster: the number in a stale postmaster.pid may have gone
 * to any other program. A server's working directory is its cluster, also after a folder above it was renamed.
 */
export function isServerOf(cluster: string, pid: number): boolean {
  const command = processCommandLine(pid) ?? '';
  if (!/(^|\/)postgres( |$)/.test(command.split(' -')[0] ?? '')) return false;
  if (command.includes(` -D ${cluster} `)) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === cluster;
  } catch {
    return false;
  }
}

/** Waits until `holds`, looking again every few milliseconds; false when the time is up. */
export async function waitUntil(holds: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/**
 * Ends a server and waits until it is gone: fast shutdown (sessions are cut, everything is written), and where that
 * hangs immediate shutdown, then the kernel's; after these two the next start replays the log.
 * @throws EmbeddedDatabaseError EMBEDDED_PG_STOP_FAILED when it is not ours to signal, or outlives all of it
 */
export async function stopPostmaster(pid: number): Promise<void> {
  const identity = processIdentity(pid);
  const isGone = (): boolean => identity === undefined || processIdentity(pid) !== identity;
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', fastStopMs],
    ['SIGQUIT', immediateStopMs],
    ['SIGKILL', immediateStopMs],
  ];
  for (const [signal, timeoutMs] of steps) {
    if (isGone()) return;
    try {
      process.kill(pid, signal);
    } catch (cause) {
      if (isGone()) return;
      throw new EmbeddedDatabaseError(
        'EMBEDDED_PG_STOP_FAILED',
        `PostgreSQL (process ${pid}) belongs to another user and cannot be stopped. Stop it as that user: kill -INT ${pid}`,
        { cause },
      );
    }
    if (await waitUntil(isGone, timeoutMs)) return;
  }
  throw new EmbeddedDatabaseError(
    'EMBEDDED_PG_STOP_FAILED',
    `PostgreSQL (process ${pid}) does not end. See: ps -fp ${pid}`,
  );
}
