import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';

/** A user of the machine that PostgreSQL runs under instead of root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const preferred = ['postgres', '_postgres', 'nobody'];

/**
 * Who PostgreSQL runs under: ourselves (undefined), except for root, which it refuses. Then it is whoever owns the
 * cluster already, or else a system account. The account must have a name: initdb fails for a bare number.
 * @throws EmbeddedDatabaseError EMBEDDED_PG_NO_ACCOUNT, EMBEDDED_PG_FOREIGN_CLUSTER
 */
export function chooseAccount(cluster: string): Account | undefined {
  const owner = statSync(cluster, { throwIfNoEntry: false })?.uid;
  const uid = process.getuid?.();
  if (uid !== 0) {
    if (owner !== undefined && owner !== uid) throw foreignOwner(cluster, owner, `uid ${uid}`);
    requireOwnName();
    return undefined;
  }
  const accounts = readAccounts();
  if (owner !== undefined) {
    const account = accounts.find((one) => one.uid === owner);
    if (owner === 0 || account === undefined)
      throw foreignOwner(cluster, owner, 'root, which PostgreSQL refuses to run under');
    return account;
  }
  for (const name of preferred) {
    const account = accounts.find((one) => one.name === name);
    if (account !== undefined && account.uid !== 0) return account;
  }
  throw new EmbeddedDatabaseError(
    'EMBEDDED_PG_NO_ACCOUNT',
    'PostgreSQL does not run as root, and there is no account to run it under. ' +
      'Make one (useradd --system postgres), start as an ordinary user, or set DATABASE_URL.',
  );
}

function requireOwnName(): void {
  try {
    userInfo();
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      'EMBEDDED_PG_NO_ACCOUNT',
      `PostgreSQL needs a user with a name, and uid ${process.getuid?.()} has no entry in /etc/passwd. ` +
        'Start as a user that exists (in a container: adduser), or set DATABASE_URL.',
      { cause },
    );
  }
}

function foreignOwner(cluster: string, owner: number, us: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'EMBEDDED_PG_FOREIGN_CLUSTER',
    `The database in ${cluster} belongs to uid ${owner}, and this is ${us}. ` +
      `Start as its owner, or hand the files over: chown -R <user> ${cluster}`,
  );
}

function readAccounts(): Account[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
