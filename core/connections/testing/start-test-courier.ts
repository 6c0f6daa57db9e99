import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('./courier-process.ts', import.meta.url));

/** Starts a courier of the tests, apart as apps/server does it. */
export function startTestCourier(): ChildProcess {
  return fork(entry, [], {
    detached: true,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}
