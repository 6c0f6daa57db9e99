/**
 * The server's settings, as command-line words. They are passed and not written to postgresql.conf, so that they
 * follow the code and not the day the cluster was made.
 * @param port TCP port on 127.0.0.1, the only way in: there is no Unix socket
 */
export function serverArguments(cluster: string, port: number): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    // Leaves the machine to the product; PostgreSQL reads the rest through the system's cache.
    shared_buffers: '128MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    // What was acknowledged is on the disk.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Replica level keeps the way open to base backups and replication.
    wal_level: 'replica',
    wal_compression: 'on',
    // Bounds both the disk taken and what a start after a crash has to replay.
    min_wal_size: '80MB',
    max_wal_size: '1GB',
    checkpoint_timeout: '10min',
    random_page_cost: 1.1,
    // A misjudged plan can spend more time compiling than running.
    jit: 'off',
    // Tables partitioned by time take a lock for each partition they touch.
    max_locks_per_transaction: 256,
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The start reads the log to know why a server refused, in one language.
    lc_messages: 'C',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] %q%u@%d ',
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
