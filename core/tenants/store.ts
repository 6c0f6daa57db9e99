import type { Invitation, Member, Role, Tenant } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { newId, publicId } from '../kernel/index.ts';

interface TenantRow {
  id: string;
  name: string;
  external_id: string | null;
  strict_event_types: boolean;
  retention_days: number | null;
  version: number;
  created_at: Date;
}

export function showTenant(row: TenantRow): Tenant {
  return {
    id: publicId('tenant', row.id),
    name: row.name,
    externalId: row.external_id,
    strictEventTypes: row.strict_event_types,
    retentionDays: row.retention_days,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}

/** @returns undefined when another tenant has this external id */
export async function insertTenant(
  tx: Tx,
  tenant: { name: string; externalId?: string | undefined },
): Promise<TenantRow | undefined> {
  return tx.db
    .insertInto('tenants')
    .values({ id: newId(), name: tenant.name, external_id: tenant.externalId ?? null })
    .onConflict((conflict) => conflict.column('external_id').doNothing())
    .returningAll()
    .executeTakeFirst();
}

export function readTenantRow(tx: Tx, id: string): Promise<TenantRow | undefined> {
  return tx.db.selectFrom('tenants').selectAll().where('id', '=', id).executeTakeFirst();
}

export function listTenantRows(
  tx: Tx,
  filter: { before?: string | undefined; externalId?: string | undefined; limit: number },
): Promise<TenantRow[]> {
  let query = tx.db.selectFrom('tenants').selectAll();
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  if (filter.externalId !== undefined) query = query.where('external_id', '=', filter.externalId);
  return query
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

/** What of a tenant may be changed; what is left out stays. */
export interface TenantChange {
  name?: string | undefined;
  strictEventTypes?: boolean | undefined;
  retentionDays?: number | null | undefined;
}

/** @returns undefined when the version has moved on */
export function changeTenant(
  tx: Tx,
  id: string,
  change: TenantChange,
  version: number | undefined,
): Promise<TenantRow | undefined> {
  let query = tx.db
    .updateTable('tenants')
    .set((e) => ({
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.strictEventTypes === undefined ? {} : { strict_event_types: change.strictEventTypes }),
      ...(change.retentionDays === undefined ? {} : { retention_days: change.retentionDays }),
      version: e('version', '+', 1),
    }))
    .where('id', '=', id);
  if (version !== undefined) query = query.where('version', '=', version);
  return query.returningAll().executeTakeFirst();
}

interface MemberRow {
  id: string;
  user_id: string;
  role: string;
  created_at: Date;
  name: string;
  email: string;
}

export function showMember(row: MemberRow): Member {
  return {
    id: publicId('member', row.id),
    userId: publicId('user', row.user_id),
    name: row.name,
    email: row.email,
    role: row.role as Role,
    createdAt: row.created_at.toISOString(),
  };
}

/** Members with their names, oldest first. */
export function listMemberRows(
  tx: Tx,
  tenantId: string,
  filter: { after?: string | undefined; limit: number },
): Promise<MemberRow[]> {
  let query = tx.db
    .selectFrom('members')
    .innerJoin('auth_users', 'auth_users.id', 'members.user_id')
    .select([
      'members.id',
      'members.user_id',
      'members.role',
      'members.created_at',
      'auth_users.name',
      'auth_users.email',
    ])
    .where('members.tenant_id', '=', tenantId);
  if (filter.after !== undefined) query = query.where('members.id', '>', filter.after);
  return query
    .orderBy('members.id')
    .limit(filter.limit + 1)
    .execute();
}

export async function readMemberRow(tx: Tx, tenantId: string, id: string): Promise<MemberRow | undefined> {
  return tx.db
    .selectFrom('members')
    .innerJoin('auth_users', 'auth_users.id', 'members.user_id')
    .select([
      'members.id',
      'members.user_id',
      'members.role',
      'members.created_at',
      'auth_users.name',
      'auth_users.email',
    ])
    .where('members.tenant_id', '=', tenantId)
    .where('members.id', '=', id)
    .executeTakeFirst();
}

/** Whether a person with this e-mail is a member. */
export async function hasMember(tx: Tx, tenantId: string, email: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('members')
    .innerJoin('auth_users', 'auth_users.id', 'members.user_id')
    .select('members.id')
    .where('members.tenant_id', '=', tenantId)
    .where('auth_users.email', '=', email)
    .executeTakeFirst();
  return row !== undefined;
}

/** Locks the tenant's owners, so that two changes at once cannot take the last one away. */
export async function lockOwners(tx: Tx, tenantId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from members where tenant_id = $1 and role = 'owner' order by id for update`,
    [tenantId],
  );
  return rows.map((row) => row.id);
}

export async function setRole(tx: Tx, tenantId: string, id: string, role: Role): Promise<void> {
  await tx.db
    .updateTable('members')
    .set({ role })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

export async function deleteMember(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.db.deleteFrom('members').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}

/** Makes someone a member; who is one already stays as they are. */
export async function insertMember(tx: Tx, tenantId: string, userId: string, role: Role): Promise<string> {
  const id = newId();
  await tx.db
    .insertInto('members')
    .values({ tenant_id: tenantId, id, user_id: userId, role })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doNothing())
    .execute();
  return id;
}

interface InvitationRow {
  id: string;
  email: string;
  role: string;
  expires_at: Date;
  accepted_at: Date | null;
  withdrawn_at: Date | null;
  created_at: Date;
}

export function showInvitation(row: InvitationRow, now: Date): Invitation {
  const status =
    row.accepted_at !== null
      ? 'accepted'
      : row.withdrawn_at !== null
        ? 'withdrawn'
        : row.expires_at <= now
          ? 'expired'
          : 'pending';
  return {
    id: publicId('invitation', row.id),
    email: row.email,
    role: row.role as Role,
    expiresAt: row.expires_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    status,
  };
}

export function insertInvitation(
  tx: Tx,
  tenantId: string,
  invitation: { email: string; role: Role; tokenHash: Buffer; expiresAt: Date },
): Promise<InvitationRow> {
  return tx.db
    .insertInto('invitations')
    .values({
      tenant_id: tenantId,
      id: newId(),
      email: invitation.email,
      role: invitation.role,
      token_hash: invitation.tokenHash,
      expires_at: invitation.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export function listInvitationRows(
  tx: Tx,
  tenantId: string,
  filter: { before?: string | undefined; limit: number },
): Promise<InvitationRow[]> {
  let query = tx.db.selectFrom('invitations').selectAll().where('tenant_id', '=', tenantId);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  return query
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

/** @returns false when there is no such invitation that could still be withdrawn */
export async function withdraw(tx: Tx, tenantId: string, id: string, now: Date): Promise<boolean> {
  const rows = await tx.db
    .updateTable('invitations')
    .set({ withdrawn_at: now })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Uses an invitation up. @returns false when someone else was faster */
export async function acceptInvitationRow(tx: Tx, tenantId: string, id: string, now: Date): Promise<boolean> {
  const rows = await tx.db
    .updateTable('invitations')
    .set({ accepted_at: now })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id')
    .execute();
  return rows.length > 0;
}
