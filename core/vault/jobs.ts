import type { RotationDeps, RotationPayload } from './deps.ts';
import { removeRetiredKeys } from './remove-retired-keys.ts';
import { rotateMasterKey } from './rotate-master-key.ts';
import { rotateTenantKey } from './rotate-tenant-key.ts';
import { markInterrupted, masterTenantId } from './rotation-store.ts';

const maxAttempts = 25;

/** The room's background work, a line each. */
export function vaultJobs(deps: RotationDeps) {
  /** Says on the rotation that it has stopped; the queue tries again, and after the last time it is over. */
  async function tellInterruption(payload: RotationPayload, isOver: boolean): Promise<void> {
    const error = isOver
      ? 'It was interrupted too often and has stopped. Nothing is lost: start it again. The log says why.'
      : 'It was interrupted and goes on by itself. The log says why.';
    await deps.db
      .engine((tx) => markInterrupted(tx, payload, error, isOver))
      .catch((failure: unknown) =>
        deps.logger.warn(
          { err: failure, rotationId: payload.rotationId },
          'The interruption could not be kept',
        ),
      );
  }

  return {
    tasks: {
      'vault.rotate': {
        maxAttempts,
        async handler(
          payload: RotationPayload,
          context: { signal: AbortSignal; attempt: number },
        ): Promise<void> {
          const rotate = payload.tenantId === masterTenantId ? rotateMasterKey : rotateTenantKey;
          try {
            await rotate(deps, payload, context.signal);
          } catch (error) {
            if (!context.signal.aborted) await tellInterruption(payload, context.attempt >= maxAttempts);
            throw error;
          }
        },
      },
      'vault.remove-keys': {
        maxAttempts: 3,
        async handler(_payload: object, context: { signal: AbortSignal }): Promise<void> {
          const removed = await removeRetiredKeys(deps, context.signal);
          if (removed > 0) deps.logger.info({ removed }, 'Retired keys that nothing names were removed');
        },
      },
    },
    cron: [{ task: 'vault.remove-keys', every: '23 * * * *' }] as const,
  };
}
