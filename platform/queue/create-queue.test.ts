import { fork } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createLogger } from '../telemetry/index.ts';
import { type SuitePayloads, queueConformance } from './conformance.ts';
import { createQueue, type QueueOptions } from './create-queue.ts';
import { queueGrantsSql } from './enqueue-sql.ts';
import type { Queue } from './port.ts';
import { workerDied } from './release-locks.ts';

const database = `queue_${process.pid}_${Date.now()}`;
const url = new URL(inject('databaseUrl'));
url.pathname = `/${database}`;
const roles = { engine: `${database}_engine`, app: `${database}_app` };
const logger = createLogger({ level: 'silent' });
const pools: pg.Pool[] = [];
let owner: pg.Pool;

/**
 * Connections as the server's own: they act as a role from their first statement, look for names elsewhere than
 * in `public`, and read bigint as a number.
 */
function poolAs(role: string): pg.Pool {
  const onConnect = (client: pg.ClientBase): unknown =>
    client.query(`set role ${role}; set search_path = elsewhere`);
  const pool = new pg.Pool({
    connectionString: url.href,
    max: 12,
    idleTimeoutMillis: 200,
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === pg.types.builtins.INT8
          ? Number
          : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
    // Awaited by the pool, whatever its types say: no statement runs before it.
    onConnect,
  });
  pools.push(pool);
  return pool;
}

function open<P extends Record<string, object>>(
  options: Pick<QueueOptions<P>, 'tasks' | 'cron'>,
  role = roles.engine,
): Queue<P> {
  return createQueue<P>({ ...options, pool: poolAs(role), concurrency: 4, logger, reapEveryMs: 100 });
}

beforeAll(async () => {
  const admin = new pg.Client({ connectionString: inject('databaseUrl') });
  await admin.connect();
  await admin.query(`create database ${database}`);
  await admin.end();
  owner = new pg.Pool({ connectionString: url.href });
  await createQueue({ pool: owner, tasks: {}, concurrency: 1, logger }).migrate();
  for (const role of Object.values(roles)) await owner.query(`create role ${role}`);
  await owner.query(queueGrantsSql('graphile_worker', roles.engine, 'work'));
  await owner.query(queueGrantsSql('graphile_worker', roles.app, 'add'));
});

afterAll(async () => {
  for (const pool of pools) await pool.end();
  for (const role of Object.values(roles)) {
    await owner.query(`drop owned by ${role}`);
    await owner.query(`drop role ${role}`);
  }
  await owner.end();
  const admin = new pg.Client({ connectionString: inject('databaseUrl') });
  await admin.connect();
  await admin.query(`drop database ${database} with (force)`);
  await admin.end();
});

describe('graphile-worker, as the engine’s role', () => {
  queueConformance({
    open: async (tasks) => open<SuitePayloads>({ tasks }),
    transaction: async (run) => {
      const client = await poolAs(roles.app).connect();
      try {
        await client.query('begin');
        await run((sql, params) => client.query(sql, params));
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    startDoomedWorker: async () => {
      const child = fork(new URL('./testing/doomed-worker.ts', import.meta.url), [url.href], {
        execArgv: [],
      });
      const exited = once(child, 'exit');
      const said = (word: string): Promise<void> =>
        new Promise(
          (resolve) => void child.on('message', (message) => (message === word ? resolve() : undefined)),
        );
      const tookJob = said('took');
      await said('ready');
      return {
        tookJob,
        kill: async () => {
          child.kill('SIGKILL');
          await exited;
        },
      };
    },
  });

  it('lets a role that may add do nothing else', async () => {
    const pool = poolAs(roles.app);
    const queue = createQueue<{ note: { text: string } }>({
      pool,
      tasks: { note: { maxAttempts: 1, handler: async () => undefined } },
      concurrency: 1,
      logger,
    });
    const id = await queue.add('note', { text: 'mine' });
    expect(id).toMatch(/^\d+$/);
    for (const sql of [
      'select * from graphile_worker.jobs',
      'select * from graphile_worker._private_jobs',
      'delete from graphile_worker._private_jobs',
      `select graphile_worker.add_job('note')`,
    ]) {
      await expect(pool.query(sql)).rejects.toThrow('permission denied');
    }
    await expect(queue.start()).rejects.toThrow('permission denied');
    await owner.query('delete from graphile_worker._private_jobs');
  });

  it('migrates twice without harm, and grants twice without harm', async () => {
    await createQueue({ pool: owner, tasks: {}, concurrency: 1, logger }).migrate();
    await owner.query(queueGrantsSql('graphile_worker', roles.engine, 'work'));
    const policies = await owner.query(
      `select 1 from pg_policies where schemaname = 'graphile_worker' and roles = array[$1::name] group by tablename`,
      [roles.engine],
    );
    const walled = await owner.query(
      `select 1 from pg_class where relnamespace = 'graphile_worker'::regnamespace and relrowsecurity`,
    );
    expect(policies.rowCount).toBe(walled.rowCount);
  });

  it('catches a missed schedule up once, and says for when it was', async () => {
    const due: (Date | undefined)[] = [];
    const payloads: object[] = [];
    let ended = false;
    const queue = open<{ tick: object; end: object }>({
      tasks: {
        tick: {
          maxAttempts: 1,
          handler: async (payload, { scheduledFor }) => {
            due.push(scheduledFor);
            payloads.push(payload);
          },
        },
        end: { maxAttempts: 1, handler: async () => void (ended = true) },
      },
      cron: [{ task: 'tick', every: '* * * * *' }],
    });
    await owner.query(
      `insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
       values ('tick', now() - interval '1 day', now() - interval '5 minutes')`,
    );
    await queue.start();
    await vi.waitFor(() => expect(due.length).toBeGreaterThan(0), { timeout: 10_000 });
    // Missed runs that were stored one by one, as when each was taken before the next was added.
    await owner.query(
      `select graphile_worker.add_job('tick', json_build_object('_cron',
         json_build_object('ts', now() - n * interval '1 minute', 'backfilled', true))) from generate_series(1, 20) n`,
    );
    await queue.add('end', {}, { priority: 30_000 });
    await vi.waitFor(() => expect(ended).toBe(true), { timeout: 10_000 });
    await queue.stop({ graceMs: 1_000 });
    expect(due[0]).toBeInstanceOf(Date);
    expect(payloads[0]).toEqual({});
    // One more at most: a minute may have begun meanwhile.
    expect(due.length).toBeLessThanOrEqual(2);
  });

  it('refuses a crontab, a task name or a payload that cannot work', async () => {
    const tasks = { note: { maxAttempts: 1, handler: async () => undefined } };
    await expect(
      open<{ note: object }>({ tasks, cron: [{ task: 'note', every: 'every day' }] }).start(),
    ).rejects.toThrow(/cron/i);
    const queue = open<{ note: object }>({ tasks });
    await expect(queue.add('nothing' as 'note', {})).rejects.toThrow('no task named "nothing"');
    await expect(queue.add('note', [])).rejects.toThrow('not a list');
  });

  it('gives a job whose worker died on its last attempt one more, and buries it when that one dies too', async () => {
    const queue = open<{ grave: object }>({
      tasks: { grave: { maxAttempts: 1, handler: async () => undefined } },
    });
    const id = await queue.add('grave', {});
    const die = async (): Promise<unknown> => {
      await owner.query(
        `update graphile_worker._private_jobs set locked_by = 'pool-gone', locked_at = now(), attempts = attempts + 1 where id = $1`,
        [id],
      );
      expect(await queue.releaseDeadWorkers()).toBe(1);
      const found = await owner.query(
        'select attempts, last_error, locked_by from graphile_worker.jobs where id = $1',
        [id],
      );
      return found.rows[0];
    };
    expect(await die()).toEqual({ attempts: 0, last_error: workerDied, locked_by: null });
    expect(await die()).toEqual({ attempts: 1, last_error: workerDied, locked_by: null });
  });

  it('goes on after PostgreSQL has cut every connection', async () => {
    const ran: string[] = [];
    const queue = open<{ note: { text: string } }>({
      tasks: { note: { maxAttempts: 3, handler: async ({ text }) => void ran.push(text) } },
    });
    await queue.start();
    await queue.add('note', { text: 'before' });
    await vi.waitFor(() => expect(ran).toContain('before'));
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`,
      [database],
    );
    await vi.waitFor(() => queue.add('note', { text: 'after' }, { jobKey: 'after' }), { timeout: 10_000 });
    await vi.waitFor(() => expect(ran).toContain('after'), { timeout: 15_000 });
    await vi.waitFor(
      async () => {
        const locks = await owner.query(
          `select 1 from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = $1)`,
          [database],
        );
        expect(locks.rowCount).toBe(1);
      },
      { timeout: 10_000 },
    );
    await queue.stop({ graceMs: 1_000 });
  });
});
