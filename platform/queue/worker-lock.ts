import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import type { QueueLogger } from './graphile-logger.ts';

/** A worker's sign of life: a session advisory lock that PostgreSQL drops when the process's socket closes. */
export interface WorkerLock {
  /** Resolves once held: before that the worker must take no job. */
  ready: Promise<void>;
  release(): Promise<void>;
}

/** The lock's two keys, from the schema and the worker's id. */
export const workerLockKeys = 'hashtext($1), hashtext($2)';

/**
 * Holds the lock on a connection of its own, and takes it again when that connection is lost. In between
 * another process may take this one for dead and run its jobs a second time: at least once, never not at all.
 */
export function holdWorkerLock(
  pool: pg.Pool,
  schema: string,
  workerId: string,
  logger: QueueLogger,
): WorkerLock {
  const stopped = new AbortController();
  let held: pg.PoolClient | undefined;
  const ready = Promise.withResolvers<void>();

  async function keep(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted; failures += 1) {
      try {
        const client = await pool.connect();
        held = client;
        const lost = new Promise<void>((resolve) => {
          client.on('error', () => resolve()); // A dying connection may tell so more than once.
          client.once('end', () => resolve());
          stopped.signal.addEventListener('abort', () => resolve(), { once: true });
        });
        await client.query(`select pg_advisory_lock(${workerLockKeys})`, [schema, workerId]);
        ready.resolve();
        failures = 0;
        await lost;
      } catch (error) {
        logger.warn({ err: error, workerId }, 'The queue cannot hold its sign of life');
      }
      // Never back into the pool: the lock belongs to the session, and ends with it.
      held?.release(true);
      held = undefined;
      if (!stopped.signal.aborted)
        await wait(Math.min(5_000, 100 * 2 ** failures) * (0.5 + Math.random() / 2), undefined, {
          signal: stopped.signal,
        }).catch(() => undefined);
    }
  }

  const keeping = keep();
  return {
    ready: ready.promise,
    release: async () => {
      stopped.abort();
      await keeping;
    },
  };
}
