import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import {
  parseCronItems,
  run,
  type Runner,
  runMigrations,
  type TaskList,
  type WorkerPool,
} from 'graphile-worker';
import type pg from 'pg';
import { enqueueSql, installEnqueueSql } from './enqueue-sql.ts';
import { graphileLogger, type QueueLogger } from './graphile-logger.ts';
import type { AddOptions, Payloads, Queue, Schedule, Tasks } from './port.ts';
import { findDeadWorkers, releaseLocks } from './release-locks.ts';
import { holdWorkerLock, type WorkerLock } from './worker-lock.ts';

export interface QueueOptions<P extends Payloads> {
  /**
   * Connections that already act as the right role. A started queue keeps two of them (LISTEN, sign of life)
   * and uses up to `concurrency` more for short statements. Sessions, not a transaction pooler.
   */
  pool: pg.Pool;
  /** Where graphile-worker lives; default `graphile_worker`. */
  schema?: string;
  tasks: Tasks<P>;
  cron?: readonly Schedule<keyof P & string>[];
  concurrency: number;
  logger: QueueLogger;
  /** How often dead workers are looked for; default 5 s. */
  reapEveryMs?: number;
}

const abortGraceMs = 1_000;
/** For jobs that become due by the clock, or wait behind another of their queue name; new ones are notified. */
const pollEveryMs = 1_000;
const catchUpMs = 24 * 60 * 60 * 1_000;

interface Running {
  runner: Runner;
  workerPool: WorkerPool;
  lock: WorkerLock;
}

/** The driver on graphile-worker 0.18, in the product's own database. */
export function createQueue<P extends Payloads>(options: QueueOptions<P>): Queue<P> {
  const { pool, schema = 'graphile_worker', tasks, logger } = options;
  const enqueue = enqueueSql(schema);
  const log = graphileLogger(logger);
  /** Tasks whose missed runs were made good since the start: one run does for all that were missed. */
  const caughtUp = new Set<string>();
  let running: Running | undefined;
  let reaper: NodeJS.Timeout | undefined;
  let abort = new AbortController();
  let stopping = true;

  // Unheard, a lost connection would end the process; it is told here and mended where the connection was used.
  // While it stops, connections end because they are told to.
  const connectionLost = (error: Error): void => {
    if (!stopping) logger.warn({ err: error }, 'The queue lost a database connection');
  };
  pool.on('error', connectionLost);
  pool.on('connect', (client) => void client.on('error', () => undefined));

  function params(name: string, payload: object, given: AddOptions = {}): unknown[] {
    const task = tasks[name];
    if (task === undefined) throw new TypeError(`There is no task named "${name}".`);
    if (Array.isArray(payload)) throw new TypeError("A job's payload is an object, not a list.");
    const {
      runAt = null,
      jobKey = null,
      maxAttempts = task.maxAttempts,
      priority = null,
      queueName = null,
    } = given;
    return [name, JSON.stringify(payload), runAt, jobKey, maxAttempts, priority, queueName];
  }

  function taskList(): TaskList {
    const list: TaskList = {};
    for (const name of Object.keys(tasks)) {
      list[name] = async (stored, { job }) => {
        const { id } = job as { id: string | number }; // Some pools read bigint as a number.
        const { _cron: cron, ...payload } = stored as { _cron?: { ts: string; backfilled?: boolean } };
        if (cron?.backfilled === true) {
          if (caughtUp.has(name)) return;
          caughtUp.add(name);
        }
        await tasks[name as keyof P].handler(payload as P[keyof P], {
          signal: abort.signal,
          jobId: String(id),
          attempt: job.attempts,
          ...(cron === undefined ? {} : { scheduledFor: new Date(cron.ts) }),
        });
      };
    }
    return list;
  }

  function cronItems(): ReturnType<typeof parseCronItems> {
    return parseCronItems(
      (options.cron ?? []).map(({ task, every }) => ({
        task,
        match: every,
        identifier: task,
        options: {
          backfillPeriod: catchUpMs,
          // One waiting run at most, however long the one before it takes.
          jobKey: `cron:${task}`,
          jobKeyMode: 'preserve_run_at' as const,
          maxAttempts: tasks[task].maxAttempts,
        },
      })),
    );
  }

  async function launch(): Promise<void> {
    const events = new EventEmitter();
    let workerPool: WorkerPool | undefined;
    let lock: WorkerLock | undefined;
    events.once('pool:create', (event: { workerPool: WorkerPool }) => {
      workerPool = event.workerPool;
      lock = holdWorkerLock(pool, schema, workerPool.id, logger);
    });
    const runner = await run({
      pgPool: pool,
      schema,
      taskList: taskList(),
      parsedCronItems: cronItems(),
      concurrency: options.concurrency,
      pollInterval: pollEveryMs,
      noHandleSignals: true,
      logger: log,
      events,
      preset: {
        plugins: [
          {
            name: 'mortise-sign-of-life',
            version: '1.0.0',
            // Each worker waits here before its first look for a job: none is ever held without a sign of life.
            worker: { hooks: { startWorker: async () => lock?.ready } },
          },
        ],
      },
    });
    if (workerPool === undefined || lock === undefined)
      throw new Error('graphile-worker made no worker pool.');
    const launched = { runner, workerPool, lock };
    running = launched;
    const ended = (error?: unknown): void => void revive(launched, error);
    runner.promise.then(() => ended(), ended);
  }

  /** The library ends its workers when the database fails it too often; a process must not live on without. */
  async function revive(ended: Running, error: unknown): Promise<void> {
    if (stopping) return;
    logger.error({ err: error }, 'The queue ended by itself and is started again');
    running = undefined;
    await ended.lock.release();
    for (let failures = 0; !stopping; failures += 1) {
      await wait(Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2));
      if (stopping) return;
      try {
        await launch();
        return;
      } catch (again) {
        logger.error({ err: again }, 'The queue cannot be started yet');
      }
    }
  }

  async function inTransaction<T>(act: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const result = await act(client);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      client.release(true); // Closing the session rolls back, whatever state it was in.
      throw error;
    }
  }

  const queue: Queue<P> = {
    async migrate() {
      await runMigrations({ pgPool: pool, schema, logger: log });
      await pool.query(installEnqueueSql(schema));
    },
    async start() {
      if (!stopping) throw new Error('The queue is started already.');
      stopping = false;
      abort = new AbortController();
      caughtUp.clear();
      await launch().catch((error: unknown) => {
        stopping = true;
        throw error;
      });
      const reap = (): void =>
        void queue
          .releaseDeadWorkers()
          .catch((error: unknown) => logger.warn({ err: error }, 'Dead workers were not looked for'));
      reap();
      reaper = setInterval(reap, options.reapEveryMs ?? 5_000);
    },
    async stop({ graceMs }) {
      stopping = true;
      clearInterval(reaper);
      const stopped = running;
      running = undefined;
      if (stopped === undefined) return;
      const { runner, workerPool, lock } = stopped;
      const ended = runner.stop().then(
        () => true,
        () => true,
      );
      const within = async (ms: number): Promise<boolean> => {
        const timer = new AbortController();
        const late = wait(ms, false, { signal: timer.signal }).catch(() => false);
        const done = await Promise.race([ended, late]);
        timer.abort();
        return done;
      };
      if (!(await within(graceMs))) {
        abort.abort(new Error('The process is stopping.'));
        if (!(await within(abortGraceMs))) {
          await queue.releaseLocks([workerPool.id]);
          await Promise.resolve(workerPool.forcefulShutdown('The process is stopping.')).catch(
            () => undefined,
          );
        }
      }
      await lock.release();
    },
    async add(name, payload, given) {
      const result = await pool.query<{ id: string | number }>(enqueue, params(name, payload, given));
      return String(result.rows[0]?.id);
    },
    async addIn(execute, name, payload, given) {
      await execute(enqueue, params(name, payload, given));
    },
    workerId: () => running?.workerPool.id,
    releaseLocks: (workerIds) => inTransaction((client) => releaseLocks(client, schema, workerIds)),
    releaseDeadWorkers: () =>
      inTransaction(async (client) => {
        const dead = await findDeadWorkers(client, schema, running?.workerPool.id);
        if (dead.length === 0) return 0;
        const freed = await releaseLocks(client, schema, dead);
        logger.warn({ workerIds: dead, freed }, 'Jobs of dead workers were freed');
        return freed;
      }),
  };
  return queue;
}
