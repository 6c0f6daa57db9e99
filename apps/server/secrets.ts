import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Config } from './config.ts';

/** The keys of the installation, and which of them were made here. */
export interface Secrets {
  masterKeys: Uint8Array[];
  operatorKey: string;
  generated: Set<string>;
  /** Set on the one start that made it, since it is shown once. */
  newOperatorKey?: string;
}

/**
 * Reads a secret from the data folder, or makes it there, readable by the owner alone. The file appears whole or not
 * at all, and of two processes that start at once one makes it and both read the same.
 */
async function fromFolder(
  folder: string,
  name: string,
  make: () => string,
): Promise<{ text: string; made: boolean }> {
  const path = join(folder, name);
  const read = () => readFile(path, 'utf8').then((text) => text.trim());
  try {
    return { text: await read(), made: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const text = make();
  await writeFile(draft, `${text}\n`, { mode: 0o600, flag: 'wx', flush: true });
  await chmod(draft, 0o600);
  try {
    await link(draft, path);
    return { text, made: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { text: await read(), made: false };
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * The master key and the operator key: from the environment, or kept in the data folder.
 *
 * @throws ConfigError when the database is one of your own and no master key is given: secrets in a shared database
 *   must not depend on a folder of one machine
 */
export async function readSecrets(config: Config): Promise<Secrets> {
  const { values } = config;
  const generated = new Set<string>();
  let master = values.MORTISE_MASTER_KEY;
  if (master === undefined) {
    if (values.DATABASE_URL !== undefined) {
      throw new ConfigError(
        'Settings cannot be used:\n  MORTISE_MASTER_KEY: is needed together with DATABASE_URL. Example: MORTISE_MASTER_KEY=$(openssl rand -base64 32)',
      );
    }
    const kept = await fromFolder(values.MORTISE_DATA, 'master.key', () =>
      randomBytes(32).toString('base64'),
    );
    master = Buffer.from(kept.text, 'base64');
    if (master.length !== 32) {
      throw new ConfigError(
        `${join(values.MORTISE_DATA, 'master.key')} does not hold 32 bytes in base64: restore it from a backup`,
      );
    }
    generated.add('MORTISE_MASTER_KEY');
  }
  const result: Secrets = {
    masterKeys: [master, ...(values.MORTISE_MASTER_KEY_PREVIOUS ?? [])],
    operatorKey: values.MORTISE_OPERATOR_KEY ?? '',
    generated,
  };
  if (values.MORTISE_OPERATOR_KEY === undefined) {
    const make = () => `mor_operator_${randomBytes(24).toString('base64url')}`;
    const kept = await fromFolder(values.MORTISE_DATA, 'operator.key', make);
    if (kept.text.length < 24) {
      throw new ConfigError(
        `${join(values.MORTISE_DATA, 'operator.key')} does not hold a key: delete it, and the next start makes one`,
      );
    }
    result.operatorKey = kept.text;
    generated.add('MORTISE_OPERATOR_KEY');
    if (kept.made) result.newOperatorKey = kept.text;
  }
  return result;
}
