import type { RunPayload, SyncDeps } from './deps.ts';
import { readMarked } from './read-marked.ts';
import { rescueOrphans } from './recover-runs.ts';
import { runSync } from './run-sync.ts';
import { scheduleSyncs } from './schedule-syncs.ts';

/** The room's background work, a line each. */
export function syncJobs(deps: SyncDeps) {
  const underWay = new Set<string>();
  return {
    tasks: {
      'sync.run': {
        // The run itself counts its tries; the queue tries again only when the database could not be told.
        maxAttempts: 25,
        async handler(payload: RunPayload, context: { signal: AbortSignal }): Promise<void> {
          if (underWay.has(payload.runId)) return;
          underWay.add(payload.runId);
          try {
            await runSync(deps, payload, context.signal);
          } finally {
            underWay.delete(payload.runId);
          }
        },
      },
      'sync.marked': {
        maxAttempts: 8,
        handler: (payload: { tenantId: string; syncId: string }, context: { signal: AbortSignal }) =>
          readMarked(deps, payload, context.signal),
      },
      'sync.schedule': {
        maxAttempts: 1,
        async handler(_payload: object, context: { signal: AbortSignal }): Promise<void> {
          await scheduleSyncs(deps, context.signal);
          await rescueOrphans(deps);
        },
      },
    },
    cron: [{ task: 'sync.schedule', every: '* * * * *' }] as const,
  };
}
