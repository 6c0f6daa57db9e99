import { blankErased } from './blank-erased.ts';
import { eraseOld } from './erase-old.ts';
import { deleteOldHours } from './statistics-store.ts';
import { runReplay, type ReplayDeps, type ReplayPayload } from './run-replay.ts';

/** What the room asks of the queue: jobs in a transaction of the caller's, or in one of their own. */
export interface ReplayQueue {
  add(
    task: 'delivery.replay',
    payload: ReplayPayload,
    options: { jobKey: string; runAt: Date },
  ): Promise<string>;
  addIn(
    execute: (sql: string, params: unknown[]) => Promise<unknown>,
    task: 'delivery.replay',
    payload: ReplayPayload,
    options: { jobKey: string },
  ): Promise<void>;
}

const keptHoursMs = 90 * 86_400_000;

/** The room's background work on the job queue. Sending itself is not on it. */
export function deliveryJobs(deps: ReplayDeps & { queue: Pick<ReplayQueue, 'add'> }) {
  return {
    tasks: {
      'delivery.replay': {
        maxAttempts: 25,
        async handler(payload: ReplayPayload, context: { signal: AbortSignal }): Promise<void> {
          const runAt = await runReplay(deps, payload, context.signal);
          if (runAt === undefined) return;
          const jobKey = `delivery.replay:${payload.replayId}`;
          await deps.queue.add('delivery.replay', payload, { jobKey, runAt });
        },
      },
      /** Erases what webhooks keep for less long than the log, and statistics that are past all of it. */
      'delivery.erase': {
        maxAttempts: 5,
        async handler(_payload: object, context: { signal: AbortSignal }): Promise<void> {
          await eraseOld(deps, context.signal);
          const before = new Date(deps.clock.now().getTime() - keptHoursMs);
          await deps.db.engine((tx) => deleteOldHours(tx, before));
        },
      },
      /** Blanks what was recorded of events after their erasure. Mostly there is none: a look into an empty table. */
      'delivery.blank': {
        maxAttempts: 3,
        handler: (_payload: object, context: { signal: AbortSignal }) => blankErased(deps, context.signal),
      },
    },
    cron: [
      { task: 'delivery.erase' as const, every: '23 2 * * *' },
      { task: 'delivery.blank' as const, every: '* * * * *' },
    ],
  };
}
