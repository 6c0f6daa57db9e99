import { createHash } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  EmbeddedDatabaseError,
  startEmbedded,
  type EmbeddedDatabase,
} from '@mortise/platform/database/embedded';
import { createLogger, type Logger } from '@mortise/platform/telemetry';
import type { Sandbox } from '@mortise/sandbox';
import type { Mortise } from './compose.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { findPort, localUrl, PortError } from './find-port.ts';
import { readSecrets } from './secrets.ts';
import { version } from './version.ts';

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');

const say = (line = '') => void process.stdout.write(`${line}\n`);

/** Why the product did not start, in words for whoever started it. */
class StartError extends Error {}

/**
 * Starts the embedded database in the data folder. As root PostgreSQL runs under another account, which cannot enter a
 * checkout under /root; for a data folder that nobody chose, the cluster then lives under /var/lib.
 */
async function startDatabase(config: Config, logger: Logger): Promise<EmbeddedDatabase> {
  const folder = resolve(config.values.MORTISE_DATA);
  const log = (message: string) => logger.debug(message);
  const alarm = (message: string) => logger.warn(message);
  try {
    return await startEmbedded({ dataDir: join(folder, 'postgres'), log, alarm });
  } catch (error) {
    const elsewhere =
      error instanceof EmbeddedDatabaseError && error.code === 'EMBEDDED_PG_UNREACHABLE_FOLDER';
    if (!elsewhere || config.given.has('MORTISE_DATA')) throw error;
    const name = `${basename(resolve('.'))}-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
    const dataDir = join('/var/lib/mortise', name);
    await mkdir('/var/lib/mortise', { recursive: true, mode: 0o755 });
    logger.info(
      { dataDir },
      'The database account cannot enter the data folder; the database lives elsewhere',
    );
    return startEmbedded({ dataDir, log, alarm });
  }
}

async function startSandboxFor(config: Config, publicUrl: string): Promise<Sandbox | undefined> {
  const {
    MORTISE_SANDBOX: wanted,
    MORTISE_HOST: host,
    MORTISE_SANDBOX_PORT: port,
    MORTISE_DATA: data,
  } = config.values;
  if (wanted === 'off' || (wanted === undefined && !isLoopback(host))) return undefined;
  const free = await findPort('127.0.0.1', port, 'MORTISE_SANDBOX_PORT');
  const { startSandbox } = await import('@mortise/sandbox');
  // Never on more than this machine: whoever reaches it may do anything with it.
  return startSandbox({
    port: free,
    host: '127.0.0.1',
    dataFile: join(resolve(data), 'sandbox.json'),
    redirectUri: (provider) => new URL(`/api/integrations/callback/${provider}`, publicUrl).href,
  });
}

async function main(): Promise<void> {
  const { role } = parseArgs({ options: { role: { type: 'string' } } }).values;
  const config = readConfig(undefined, role === undefined ? {} : { MORTISE_ROLE: role });
  const { values } = config;
  const logger = createLogger({ level: values.MORTISE_LOG_LEVEL, pretty: process.stdout.isTTY });
  const port = await findPort(values.MORTISE_HOST, values.MORTISE_PORT, 'MORTISE_PORT');
  await mkdir(values.MORTISE_DATA, { recursive: true, mode: 0o711 });
  // The database's account must be able to pass through; what is secret in it is closed by its own mode.
  if (process.getuid?.() === 0) await chmod(values.MORTISE_DATA, 0o711);
  const secrets = await readSecrets(config);

  let database: EmbeddedDatabase | undefined;
  let sandbox: Sandbox | undefined;
  let mortise: Mortise | undefined;
  let stopping: Promise<void> | undefined;

  /** Each step is tried whatever became of the one before: above all the database must not be left behind. */
  async function stop(): Promise<void> {
    const problems: unknown[] = [];
    for (const step of [() => mortise?.stop(), () => sandbox?.close(), () => database?.stop()]) {
      try {
        await step();
      } catch (error) {
        problems.push(error);
      }
    }
    if (problems.length > 0) throw problems[0];
  }
  function shutDown(why: string): void {
    if (stopping !== undefined) return;
    logger.info({ why }, 'Stopping');
    // What has begun to start is waited for: a database that comes up a moment later would be left behind.
    const settled = starting.then(
      () => undefined,
      () => undefined,
    );
    stopping = settled.then(stop).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'It did not stop cleanly; the next start recovers');
        process.exit(1);
      },
    );
  }
  async function run(): Promise<{ app: Mortise; publicUrl: string }> {
    const publicUrl = values.MORTISE_PUBLIC_URL ?? localUrl(values.MORTISE_HOST, port);
    // The product's code is read while the database starts, which takes as long. All are waited for even if one fails:
    // what is still starting could not be stopped.
    const [product, first, second] = await Promise.allSettled([
      import('./compose.ts'),
      values.DATABASE_URL === undefined ? startDatabase(config, logger) : undefined,
      startSandboxFor(config, publicUrl),
    ]);
    if (first.status === 'fulfilled') database = first.value;
    if (second.status === 'fulfilled') sandbox = second.value;
    for (const result of [product, first, second]) if (result.status === 'rejected') throw result.reason;
    if (product.status === 'rejected') throw product.reason;
    const databaseUrl = values.DATABASE_URL ?? database?.url;
    if (databaseUrl === undefined) throw new StartError('There is no database');
    mortise = await product.value.compose({ config, secrets, databaseUrl, publicUrl, sandbox, logger });
    await mortise.app.listen({ host: values.MORTISE_HOST, port });
    await mortise.start();
    return { app: mortise, publicUrl };
  }

  const starting = run();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => shutDown(signal));
  // The launcher's end of this channel closes however the launcher ends, kill -9 included.
  process.once('disconnect', () => shutDown('the launcher is gone'));
  process.channel?.unref();

  try {
    const { app, publicUrl } = await starting;
    if (stopping !== undefined) return;
    const link = await app.newSetupLink();
    say();
    say(`  Mortise ${version} runs at ${publicUrl}`);
    if (sandbox !== undefined) say(`  Sandbox (emulated providers): ${sandbox.url}`);
    if (link !== undefined) say(`  First owner, one-time link:   ${link}`);
    if (secrets.newOperatorKey !== undefined) {
      say(`  Operator key, shown once:     ${secrets.newOperatorKey}`);
      say(`    (kept in ${join(values.MORTISE_DATA, 'operator.key')})`);
    }
    say();
    // The sign-in library is large and not needed for the first page: it is loaded while nobody waits for it.
    void app.signIn.whoIs(new Headers()).catch(() => undefined);
  } catch (error) {
    if (stopping !== undefined) return;
    await stop().catch(() => undefined);
    throw error;
  }
}

main().catch((error: unknown) => {
  const known =
    error instanceof ConfigError ||
    error instanceof StartError ||
    error instanceof PortError ||
    error instanceof EmbeddedDatabaseError;
  const coded =
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^(MIGRATION|VAULT)_/.test(error.code);
  process.stderr.write(
    `\nMortise did not start.\n${known || coded ? error.message : String((error as Error)?.stack ?? error)}\n`,
  );
  process.exit(1);
});
