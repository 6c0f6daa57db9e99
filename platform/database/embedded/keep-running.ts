import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { stopPostmaster } from './postmaster.ts';
import { processIdentity } from './process-identity.ts';

/** A server that runs: ours, or one that was found running, which is nobody's child here. */
export interface RunningServer {
  pid: number;
  child: ChildProcess | undefined;
}

const [firstPauseMs, longestPauseMs, watchMs] = [100, 10_000, 500];

/**
 * Starts a server again when it has ended by itself: killed by the system for its memory, or crashed. Crash recovery
 * replays what was committed. As long as that fails, because the disk is full say, it is tried again with growing
 * pauses.
 *
 * @param relaunch must give a server on the same address
 */
export function keepRunning(
  first: RunningServer,
  options: { relaunch: () => Promise<RunningServer>; log: (message: string) => void },
): { readonly pid: number; stop(): Promise<void> } {
  const { relaunch, log } = options;
  const stopped = new AbortController();
  let current = first;

  const watching = (async () => {
    for (;;) {
      await ended(current, stopped.signal);
      if (stopped.signal.aborted) return;
      log('PostgreSQL ended by itself; starting it again …');
      const next = await startAgain();
      if (next === undefined) return;
      current = next;
      log('PostgreSQL runs again.');
    }
  })();

  async function startAgain(): Promise<RunningServer | undefined> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return await relaunch();
      } catch (error) {
        log(`PostgreSQL does not start: ${error instanceof Error ? error.message : String(error)}`);
      }
      await delay(pauseMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted) return undefined;
    }
  }

  return {
    get pid() {
      return current.pid;
    },
    async stop() {
      stopped.abort();
      // A start that is under way is waited for, so that what it gives is not left behind.
      await watching;
      const { child, pid } = current;
      // Without the reference a process with nothing else to do would end before its child has.
      child?.ref();
      await stopPostmaster(pid);
      if (child !== undefined && child.exitCode === null && child.signalCode === null)
        await once(child, 'exit');
    },
  };
}

/** Resolves when the server has ended, or the signal fires. */
async function ended({ pid, child }: RunningServer, signal: AbortSignal): Promise<void> {
  if (child !== undefined) {
    if (child.exitCode === null && child.signalCode === null)
      await once(child, 'exit', { signal }).catch(() => undefined);
    return;
  }
  const identity = processIdentity(pid);
  while (!signal.aborted && identity !== undefined && processIdentity(pid) === identity)
    await delay(watchMs, undefined, { signal, ref: false }).catch(() => undefined);
}
