import { Client, DatabaseError } from 'pg';
import { databaseUrl } from './database-url.ts';

const timeoutMs = 5_000;

/**
 * Asks a server whether it is the one of this cluster.
 * @param endOtherSessions ends everybody else's sessions: after a kill those are a dead process's, and hold its locks
 */
export async function probeServer(options: {
  port: number;
  password: string;
  cluster: string;
  endOtherSessions?: boolean;
}): Promise<'ok' | 'password-refused' | 'no-answer' | 'other-cluster'> {
  const { port, password, cluster, endOtherSessions = false } = options;
  const client = new Client({
    connectionString: databaseUrl(port, password),
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    );
    if (rows[0]?.folder !== cluster) return 'other-cluster';
    if (endOtherSessions) {
      await client.query(
        `select pg_terminate_backend(pid, ${timeoutMs}) from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
    }
    return 'ok';
  } catch (error) {
    return error instanceof DatabaseError && error.code === '28P01' ? 'password-refused' : 'no-answer';
  } finally {
    await client.end().catch(() => {});
  }
}
