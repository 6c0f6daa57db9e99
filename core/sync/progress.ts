import { type Clock, type Hints, publicId } from '../kernel/index.ts';
import type { RunRow } from './run-store.ts';
import { showRun } from './show.ts';

const leastMs = 200;

/** Tells those who look on how a run goes: at its start and end always, in between five times a second at most. */
export interface Progress {
  report(run: RunRow, options?: { always: true }): void;
}

export function createProgress(hints: Hints, clock: Clock): Progress {
  let last = -Infinity;
  return {
    report(run, options) {
      const now = clock.now().getTime();
      if (options?.always !== true && now - last < leastMs) return;
      last = now;
      const shown = showRun(run, clock.now());
      const { id, syncId, connectionId } = shown;
      hints.publish(run.tenant_id, { kind: 'run', id, syncId, connectionId, run: shown });
    },
  };
}

/** Tells that a sync's own figures or settings have changed. Ids are bare. */
export function hintSync(hints: Hints, tenantId: string, syncId: string, connectionId: string): void {
  const id = publicId('sync', syncId);
  hints.publish(tenantId, {
    kind: 'sync',
    id,
    syncId: id,
    connectionId: publicId('connection', connectionId),
  });
}
