import path from 'node:path';
import { adoptServer, passwordRefused } from './adopt-server.ts';
import { chooseAccount } from './choose-account.ts';
import { choosePort } from './choose-port.ts';
import { databaseUrl } from './database-url.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { findBinaries } from './find-binaries.ts';
import { initCluster } from './init-cluster.ts';
import { keepRunning } from './keep-running.ts';
import { launchServer } from './launch-server.ts';
import { locatePackage } from './locate-package.ts';
import { stopPostmaster } from './postmaster.ts';
import { prepareFolder, requireReachable } from './prepare-folder.ts';
import { probeServer } from './probe-server.ts';
import { serverLog } from './server-log.ts';
import { takeOwnership } from './take-ownership.ts';

const logTrimEveryMs = 600_000;

/** A running PostgreSQL that this process has the care of: should it end by itself it is started again, same address. */
export interface EmbeddedDatabase {
  /** `postgresql://…`, the superuser on 127.0.0.1. Secret: the password is in it. */
  readonly url: string;
  /** Changes when it had to be started again. */
  readonly pid: number;
  /** Whether it was still running from an earlier process that was killed. */
  readonly adopted: boolean;
  /** Fast shutdown; resolves when the server is gone. May be called again, and when it has ended by itself. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a data folder, making the database the first time, and resolves when it takes connections.
 * @param options.dataDir holds the cluster, its password (0600), its port, the server's log; made when missing
 * @param options.log gets sentences for a person: what takes long, what was found and repaired
 * @param options.alarm gets those that somebody should look into: that it ended by itself. Default: `log`
 * @throws EmbeddedDatabaseError with a `code` and a message that says what to do
 */
export async function startEmbedded(options: {
  dataDir: string;
  log?: (message: string) => void;
  alarm?: (message: string) => void;
}): Promise<EmbeddedDatabase> {
  const { dataDir, log = () => {}, alarm = log } = options;
  const folder = prepareFolder(dataDir);
  const cluster = path.join(folder, 'cluster');
  const account = chooseAccount(cluster);
  if (account !== undefined) requireReachable(folder, account);
  const giveUp = await takeOwnership(path.join(folder, 'owner'));
  try {
    return await startOwned(folder, cluster, account, giveUp, log, alarm);
  } catch (error) {
    giveUp();
    throw error;
  }
}

async function startOwned(
  folder: string,
  cluster: string,
  account: ReturnType<typeof chooseAccount>,
  giveUp: () => void,
  log: (message: string) => void,
  alarm: (message: string) => void,
): Promise<EmbeddedDatabase> {
  const binaries = findBinaries(folder, account, locatePackage());
  const output = serverLog(path.join(folder, 'postgresql.log'));
  output.trim();
  const password = await initCluster(folder, cluster, binaries, account, log);
  const adopt = () => adoptServer(cluster, binaries.postgres, password, log);
  const adopted = await adopt();
  const launch = (samePort?: number) =>
    launchServer({
      cluster,
      postgres: binaries.postgres,
      account,
      adopt,
      choosePort: async () => samePort ?? choosePort(path.join(folder, 'port')),
      serverLog: output,
      log,
    });
  const started = adopted === undefined ? await launch() : undefined;
  const { pid, port } = adopted ?? started ?? neither();

  if (started !== undefined) {
    const answer = await probeServer({ port, password, cluster });
    if (answer !== 'ok') {
      await stopPostmaster(pid);
      if (answer === 'password-refused') throw passwordRefused(cluster);
      throw new EmbeddedDatabaseError(
        'EMBEDDED_PG_START_FAILED',
        `PostgreSQL started on 127.0.0.1:${port} but takes no connection (${answer}). See ${path.join(folder, 'postgresql.log')}`,
      );
    }
  }

  const trimming = setInterval(() => output.trim(), logTrimEveryMs).unref();
  const server = keepRunning({ pid, child: started?.child }, { relaunch: () => launch(port), log: alarm });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    clearInterval(trimming);
    await server.stop();
    giveUp();
  };
  return {
    url: databaseUrl(port, password),
    get pid() {
      return server.pid;
    },
    adopted: adopted !== undefined,
    stop: () => (stopping ??= stop()),
  };
}

function neither(): never {
  throw new Error('A server is either adopted or started.');
}
