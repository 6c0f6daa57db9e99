import { eraseOld } from './erase-old.ts';
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
      /** Erases what webhooks keep for less long than the log. */
      'delivery.erase': {
        maxAttempts: 5,
        async handler(_payload: object, context: { signal: AbortSignal }): Promise<void> {
          await eraseOld(deps, context.signal);
        },
      },
    },
    cron: [{ task: 'delivery.erase' as const, every: '23 2 * * *' }],
  };
}
