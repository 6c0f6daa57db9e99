import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createCourier, type Renewer } from '@mortise/core/connections';
import type { Logger } from '@mortise/platform/telemetry';
import { environmentWithoutSecrets } from './config.ts';
import type { ReachOptions } from './reach.ts';

/** What a courier is told over its channel, once. Its keys and the database's password are nowhere else. */
export interface CourierSetUp {
  databaseUrl: string;
  masterKeys: readonly Uint8Array[];
  reach: ReachOptions;
}

const entry = fileURLToPath(new URL('./courier.ts', import.meta.url));

/** The courier beside this process: in a session of its own, so that no terminal ends it, and with no output to lose. */
export function startCourier(options: { setUp: CourierSetUp; here: Renewer; logger: Logger }): Renewer {
  return createCourier({
    ...options,
    start: () =>
      fork(entry, [], {
        detached: true,
        execArgv: [],
        env: environmentWithoutSecrets(),
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      }),
  });
}
