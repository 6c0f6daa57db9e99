import type { Role } from '@mortise/contract';
import type { Database, Tx } from '@mortise/platform/database';
import { newId } from '../kernel/index.ts';

/** The id of the person with this e-mail, if there is one. Needs a transaction of `Database.auth`. */
export async function personByEmail(tx: Tx, email: string): Promise<string | undefined> {
  const row = await tx.db.selectFrom('auth_users').select('id').where('email', '=', email).executeTakeFirst();
  return row?.id;
}

/**
 * Makes a person who signs in with a password. Written here and not by the sign-in library, so that the person, the
 * membership and the link that is used up for it commit together. Needs a transaction of `Database.auth`.
 *
 * @param person.passwordHash as the sign-in library hashes
 */
export async function insertPerson(
  tx: Tx,
  person: { name: string; email: string; passwordHash: string },
): Promise<string> {
  const id = newId();
  await tx.db
    .insertInto('auth_users')
    .values({ id, name: person.name, email: person.email, email_verified: true })
    .execute();
  await tx.db
    .insertInto('auth_accounts')
    .values({
      id: newId(),
      user_id: id,
      account_id: id,
      provider_id: 'credential',
      password: person.passwordHash,
    })
    .execute();
  return id;
}

/** The tenants that a person may act for. */
export async function membershipsOf(
  db: Database,
  userId: string,
): Promise<{ tenantId: string; tenantName: string; memberId: string; role: Role }[]> {
  const rows = await db.auth((tx) =>
    tx.query<{ tenant_id: string; tenant_name: string; member_id: string; role: Role }>(
      'select * from memberships_of($1)',
      [userId],
      'tenants.memberships',
    ),
  );
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    tenantName: row.tenant_name,
    memberId: row.member_id,
    role: row.role,
  }));
}

/**
 * Switches the role of an open transaction: a step that makes a person and a step that makes a tenant have to commit
 * together, and no one role may do both.
 */
export async function actAs(tx: Tx, role: 'app' | 'auth' | 'engine', tenantId = ''): Promise<void> {
  await tx.query(`set local role mortise_${role}`);
  await tx.query(`select set_config('app.tenant_id', $1, true)`, [tenantId]);
}
