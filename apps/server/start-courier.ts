import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createCourier, type Renewer } from '@mortise/core/connections';
import type { Logger } from '@mortise/platform/telemetry';
import { environmentWithoutSecrets } from './config.ts';
import type { CourierSetUp } from './courier-set-up.ts';

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
