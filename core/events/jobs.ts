import type { Logger } from '@mortise/platform/telemetry';
import { eraseEvents } from './erase-events.ts';
import type { ErasureDeps, ErasurePayload } from './erasure-deps.ts';
import { endErasure, noteInterruption } from './erasure-store.ts';
import { expireAll } from './expire-events.ts';

const maxAttempts = 25;

/** The room's background work, a line each. */
export function eventJobs(deps: ErasureDeps & { logger: Logger }) {
  async function tellInterruption(
    { tenantId, erasureId: id }: ErasurePayload,
    isLast: boolean,
  ): Promise<void> {
    await deps.db
      .engine((tx) =>
        isLast
          ? endErasure(
              tx,
              { tenantId, id },
              'It was interrupted too often. Ask for it again; the log says why.',
            )
          : noteInterruption(tx, { tenantId, id }, 'It was interrupted and goes on by itself.'),
      )
      .catch((error: unknown) =>
        deps.logger.warn({ err: error, erasureId: id }, 'The interruption of an erasure could not be kept'),
      );
  }
  return {
    tasks: {
      'events.erase': {
        maxAttempts,
        async handler(
          payload: ErasurePayload,
          context: { signal: AbortSignal; attempt: number },
        ): Promise<void> {
          try {
            await eraseEvents(deps, payload, context.signal);
          } catch (error) {
            if (!context.signal.aborted) await tellInterruption(payload, context.attempt >= maxAttempts);
            throw error;
          }
        },
      },
      'events.expire': {
        maxAttempts: 3,
        async handler(_payload: object, context: { signal: AbortSignal }): Promise<void> {
          const gone = await expireAll(deps, context.signal);
          if (gone > 0) deps.logger.info({ gone }, 'What is past its time was removed');
        },
      },
    },
    cron: [{ task: 'events.expire', every: '11 * * * *' }] as const,
  };
}
