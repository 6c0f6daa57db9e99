import pg from 'pg';
import { workerLockKeys } from './worker-lock.ts';

/** What a job shows as its last error when its worker died on its last attempt. */
export const workerDied = 'The process that ran this job died.';

interface HeldJob {
  id: string | number;
  attempts: number;
  max_attempts: number;
  last_error: string | null;
}

/**
 * Frees the jobs of dead workers inside the caller's transaction, so that any other takes them at once;
 * graphile-worker by itself waits four hours.
 *
 * An attempt is counted when it begins, so a crash on the last one would bury the job unrun. It gets one more;
 * if that one dies too, the job is what kills the process, and it stays failed.
 * @returns how many jobs were freed.
 */
export async function releaseLocks(
  client: pg.PoolClient,
  schema: string,
  workerIds: readonly string[],
): Promise<number> {
  const name = pg.escapeIdentifier(schema);
  const held = await client.query<HeldJob>(
    `select id, attempts, max_attempts, last_error from ${name}.jobs where locked_by = any($1)`,
    [workerIds],
  );
  await client.query(`select ${name}.force_unlock_workers($1)`, [workerIds]);
  for (const job of held.rows) {
    if (job.attempts < job.max_attempts || job.last_error === workerDied) continue;
    await client.query(`select ${name}.permanently_fail_jobs(array[$1::bigint], $2)`, [job.id, workerDied]);
    await client.query(`select ${name}.reschedule_jobs(array[$1::bigint], attempts => $2)`, [
      job.id,
      job.max_attempts - 1,
    ]);
  }
  if (held.rows.length > 0) {
    await client.query(`select pg_notify('jobs:insert', $1)`, [JSON.stringify({ count: held.rows.length })]);
  }
  return held.rows.length;
}

/**
 * Finds workers that hold jobs or queues without a sign of life. Whoever gets their lock knows them dead, and
 * keeps the lock to the end of the transaction: two processes never release the same worker at once.
 */
export async function findDeadWorkers(
  client: pg.PoolClient,
  schema: string,
  self: string | undefined,
): Promise<string[]> {
  const name = pg.escapeIdentifier(schema);
  const holders = await client.query<{ id: string }>(
    `select locked_by as id from ${name}.jobs where locked_by is not null
     union select locked_by from ${name}._private_job_queues where locked_by is not null`,
  );
  const dead: string[] = [];
  for (const { id } of holders.rows) {
    if (id === self) continue;
    const tried = await client.query<{ got: boolean }>(
      `select pg_try_advisory_xact_lock(${workerLockKeys}) as got`,
      [schema, id],
    );
    if (tried.rows[0]?.got === true) dead.push(id);
  }
  return dead;
}
