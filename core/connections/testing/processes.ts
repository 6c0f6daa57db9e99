import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./refreshing-process.ts', import.meta.url));

/** A server-side process of the tests; see refreshing-process.ts. */
export interface RefreshingProcess {
  child: ChildProcess;
  /** Makes three calls at once with a connection. @returns `ok 200 200 200`, or what went wrong */
  call(connectionId: string): Promise<string>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

/** @param way `courier`, or `here` for renewals in the process itself */
export async function startRefreshing(
  where: { databaseUrl: string; providerUrl: string; tenantId: string; leaseMs: number },
  way: 'courier' | 'here' = 'courier',
): Promise<RefreshingProcess> {
  const { databaseUrl, providerUrl, tenantId, leaseMs } = where;
  const child = spawn(process.execPath, [script, databaseUrl, providerUrl, tenantId, String(leaseMs), way], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async () => String((await lines.next()).value);
  if ((await said()) !== 'ready') throw new Error('A process of the test did not start');
  return {
    child,
    call(connectionId) {
      child.stdin.write(`${connectionId}\n`);
      return said();
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Whether a process runs. One that has ended and that nobody has reaped does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) Z/.test(status);
}
