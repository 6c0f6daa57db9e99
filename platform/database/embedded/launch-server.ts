import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './choose-account.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { doesNotRun } from './init-cluster.ts';
import { readPostmaster, stopPostmaster, waitUntil } from './postmaster.ts';
import { serverEnvironment } from './server-environment.ts';
import type { ServerLog } from './server-log.ts';
import { serverArguments } from './settings.ts';

const retryForMs = 20_000;
const retryAfterMs = 50;
const slowAfterMs = 3_000;
const readyTimeoutMs = 300_000;

/** Refusals that pass: an earlier server is letting go of the folder or the memory, or somebody took the port. */
const passing =
  /lock file "[^"]*" already exists|pre-existing shared memory block|could not bind IPv4|could not create any TCP\/IP sockets/;

/**
 * Starts PostgreSQL on the cluster and waits until it takes connections, crash recovery included. It gets a session
 * of its own: Ctrl-C must reach us alone, who still have work to finish on it.
 * @returns the server's process, already unreferenced, and its port
 * @throws EmbeddedDatabaseError EMBEDDED_PG_START_FAILED, EMBEDDED_PG_PLATFORM_MISSING
 */
export async function launchServer(options: {
  cluster: string;
  postgres: string;
  account: Account | undefined;
  choosePort: () => Promise<number>;
  /** Looks for a server that runs on the cluster already: one that a process began to start just before it was killed. */
  adopt: () => Promise<{ pid: number; port: number } | undefined>;
  serverLog: ServerLog;
  log: (message: string) => void;
}): Promise<{ child: ChildProcess | undefined; pid: number; port: number }> {
  const { cluster, postgres, account, serverLog, log } = options;
  const deadline = performance.now() + retryForMs;
  for (;;) {
    const port = await options.choosePort();
    const logStart = serverLog.size();
    const output = serverLog.open();
    let child: ChildProcess;
    try {
      child = spawn(postgres, serverArguments(cluster, port), {
        cwd: path.dirname(cluster),
        detached: true,
        env: serverEnvironment(),
        stdio: ['ignore', output, output],
        ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
      });
    } finally {
      closeSync(output);
    }
    const outcome = await becomesReady(child, cluster, log);
    if (outcome instanceof Error) throw doesNotRun(postgres, outcome);
    if (outcome === 'ready' && child.pid !== undefined) {
      child.unref();
      return { child, pid: child.pid, port };
    }
    const said = serverLog.since(logStart);
    if (outcome === 'too-slow') {
      if (child.pid !== undefined) await stopPostmaster(child.pid);
    } else if (passing.test(said) && performance.now() < deadline) {
      const adopted = await options.adopt();
      if (adopted !== undefined) return { child: undefined, ...adopted };
      await delay(retryAfterMs);
      continue;
    }
    throw new EmbeddedDatabaseError(
      'EMBEDDED_PG_START_FAILED',
      `PostgreSQL did not start on ${cluster}${outcome === 'too-slow' ? ` within ${readyTimeoutMs / 60_000} minutes` : ''}. It said:\n${said}`,
    );
  }
}

async function becomesReady(
  child: ChildProcess,
  cluster: string,
  log: (message: string) => void,
): Promise<'ready' | 'ended' | 'too-slow' | Error> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const isReady = (): boolean => {
    const seen = readPostmaster(cluster);
    return seen !== undefined && seen.pid === child.pid && seen.status === 'ready';
  };
  const isOver = (): boolean => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  const settled = (): boolean => isReady() || isOver();
  if (!(await waitUntil(settled, slowAfterMs))) {
    log('PostgreSQL is still recovering from an unclean stop; waiting for it …');
    await waitUntil(settled, readyTimeoutMs);
  }
  if (failure !== undefined) return failure;
  if (isOver()) return 'ended';
  return isReady() ? 'ready' : 'too-slow';
}
