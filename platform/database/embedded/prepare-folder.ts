import { accessSync, chmodSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Account } from './choose-account.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { findBarrier } from './find-barrier.ts';

/**
 * Makes the data folder when it is missing, and returns its real path once we can write in it.
 * @throws EmbeddedDatabaseError EMBEDDED_PG_FOLDER_NOT_WRITABLE
 */
export function prepareFolder(dataDir: string): string {
  const folder = path.resolve(dataDir);
  try {
    const firstMade = mkdirSync(folder, { recursive: true });
    if (firstMade !== undefined) openTheWay(folder, firstMade);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return realpathSync(folder);
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      'EMBEDDED_PG_FOLDER_NOT_WRITABLE',
      `The database's folder ${folder} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'Give it to the user that starts Mortise, or choose another data folder.',
      { cause },
    );
  }
}

/**
 * Makes sure that `account` can enter the data folder, which is ours to open; its parents are not.
 * @throws EmbeddedDatabaseError EMBEDDED_PG_UNREACHABLE_FOLDER naming the parent that is in the way
 */
export function requireReachable(folder: string, account: Account): void {
  let barrier = findBarrier(folder, account);
  if (barrier === folder) {
    chmodSync(folder, (statSync(folder).mode & 0o7777) | 0o111);
    barrier = findBarrier(folder, account);
  }
  if (barrier === undefined) return;
  throw new EmbeddedDatabaseError(
    'EMBEDDED_PG_UNREACHABLE_FOLDER',
    `PostgreSQL does not run as root, so it runs as "${account.name}", which cannot enter ${barrier} on the way to ${folder}. ` +
      `Choose a data folder that every user can reach (such as /var/lib/mortise), or open the way: chmod o+x ${barrier}`,
  );
}

/** A strict umask would shut out the account PostgreSQL runs under; entering is granted, listing is not. */
function openTheWay(folder: string, firstMade: string): void {
  if (process.getuid?.() !== 0) return;
  for (let step = folder; step.length >= firstMade.length; step = path.dirname(step)) chmodSync(step, 0o711);
}
