import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import type { Account } from './choose-account.ts';
import { findBarrier } from './find-barrier.ts';

/** The programs of the embedded PostgreSQL; there is no psql and no pg_dump among them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, which the files of a cluster must match. */
  readonly major: string;
}

/**
 * Finds this machine's PostgreSQL package and makes it usable. Its library links are not in the package and are
 * normally made by an install script, which npm does not run by default: they are made here. Where the package may
 * not be written, or the account cannot get at it (a checkout in root's home), a copy in the data folder is used.
 * @param folder the data folder, which the account can reach
 * @param packageFolder from `locatePackage`
 */
export function findBinaries(folder: string, account: Account | undefined, packageFolder: string): Binaries {
  const version = versionOf(packageFolder);
  const usable =
    (account === undefined ||
      findBarrier(path.join(packageFolder, 'native', 'bin'), account) === undefined) &&
    makeLinks(packageFolder);
  const home = usable
    ? packageFolder
    : copyInto(path.join(folder, `postgresql-${version}`), packageFolder, account);
  const bin = path.join(home, 'native', 'bin');
  return {
    initdb: path.join(bin, 'initdb'),
    postgres: path.join(bin, 'postgres'),
    major: version.split('.')[0] ?? '',
  };
}

function versionOf(packageFolder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof version === 'string' ? version : '0';
}

/** False when links are missing and cannot be made here. */
function makeLinks(packageFolder: string): boolean {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return true;
  return links.every((link: { source: string; target: string }) => {
    const at = path.join(packageFolder, link.target);
    if (existsSync(at)) return true;
    try {
      accessSync(path.dirname(at), constants.W_OK);
      rmSync(at, { force: true });
      symlinkSync(path.relative(path.dirname(at), path.join(packageFolder, link.source)), at);
      return true;
    } catch {
      return existsSync(at);
    }
  });
}

function copyInto(copy: string, packageFolder: string, account: Account | undefined): string {
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(path.join(packageFolder, 'native'), path.join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.a'),
  });
  makeLinks(unfinished);
  if (account !== undefined) giveTo(unfinished, account);
  renameSync(unfinished, copy);
  removeOtherCopies(copy);
  return copy;
}

/** Copies of earlier versions; a server that still runs from one is noticed by its start, and replaced. */
function removeOtherCopies(copy: string): void {
  const folder = path.dirname(copy);
  for (const name of readdirSync(folder)) {
    if (/^postgresql-\d/.test(name) && name !== path.basename(copy))
      rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function giveTo(folder: string, account: Account): void {
  chownSync(folder, account.uid, account.gid);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) giveTo(at, account);
    else if (entry.isFile()) chownSync(at, account.uid, account.gid);
  }
}
