import type {
  createTenant,
  listMembers,
  listTenants,
  readMe,
  readTenant,
  removeMember,
  updateMember,
  updateTenant,
} from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import {
  bareId,
  etag,
  idCursor,
  ifMatch,
  MortiseError,
  notFound,
  publicId,
  Reply,
  toPage,
  type Creation,
  type Handler,
  type Hints,
} from '../kernel/index.ts';
import { mayGrant } from './invitations.ts';
import { membershipsOf } from './people.ts';
import {
  changeTenant,
  deleteMember,
  insertTenant,
  listMemberRows,
  listTenantRows,
  lockOwners,
  readMemberRow,
  readTenantRow,
  setRole,
  showMember,
  showTenant,
} from './store.ts';

export function tenantRoutes(deps: { db: Database; hints: Hints }) {
  const { db, hints } = deps;

  const me: Handler<typeof readMe> = async ({ actor, userId }) => {
    if (userId === null) return { kind: 'operator', user: null, tenants: [] };
    const memberships = await membershipsOf(db, userId);
    return {
      kind: 'user',
      user: { id: publicId('user', userId), name: actor.name, email: actor.email ?? '' },
      tenants: memberships.map((one) => ({
        id: publicId('tenant', one.tenantId),
        name: one.tenantName,
        role: one.role,
      })),
    };
  };

  const create: Creation<typeof createTenant> = async (context, { body }, tx) => {
    const row = await insertTenant(tx, body);
    if (row === undefined) {
      throw new MortiseError('already_exists', {
        detail: `A tenant with externalId ${body.externalId} exists. GET /api/tenants?externalId=… gives it.`,
      });
    }
    await record(
      tx,
      { ...context, tenantId: row.id },
      { action: 'tenant.created', subject: publicId('tenant', row.id), details: { name: row.name } },
    );
    return showTenant(row);
  };

  const list: Handler<typeof listTenants> = async (_context, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const filter = { before, externalId: query.externalId, limit: query.limit };
    const rows = await db.engine((tx) => listTenantRows(tx, filter));
    return toPage(rows, query.limit, (row) => [row.id], showTenant);
  };

  const read: Handler<typeof readTenant> = async ({ tenantId }) => {
    const row = await db.tenant(tenantId, (tx) => readTenantRow(tx, tenantId));
    if (row === undefined) throw notFound();
    return new Reply(showTenant(row), etag(row.version));
  };

  const change: Handler<typeof updateTenant> = (context, { body }) =>
    db.tenant(context.tenantId, async (tx) => {
      const row = await changeTenant(tx, context.tenantId, body, ifMatch(context));
      if (row === undefined)
        throw new MortiseError('version_mismatch', { detail: 'Read it again, then change it.' });
      const subject = publicId('tenant', row.id);
      const { name, ...settings } = body;
      if (name !== undefined)
        await record(tx, context, { action: 'tenant.renamed', subject, details: { name } });
      if (Object.keys(settings).length > 0)
        await record(tx, context, { action: 'tenant.changed', subject, details: settings });
      return new Reply(showTenant(row), etag(row.version));
    });

  const members: Handler<typeof listMembers> = async ({ tenantId }, { query }) => {
    const after = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const rows = await db.tenant(tenantId, (tx) =>
      listMemberRows(tx, tenantId, { after, limit: query.limit }),
    );
    return toPage(rows, query.limit, (row) => [row.id], showMember);
  };

  const changeRole: Handler<typeof updateMember> = (context, { params, body }) =>
    db.tenant(context.tenantId, async (tx) => {
      const id = bareId('member', params.id);
      const owners = await lockOwners(tx, context.tenantId);
      const row = await readMemberRow(tx, context.tenantId, id);
      if (row === undefined) throw notFound();
      if (!mayGrant(context.role, body.role) || !mayGrant(context.role, showMember(row).role)) {
        throw new MortiseError('forbidden', { detail: 'You cannot give or take a role above your own.' });
      }
      if (body.role !== 'owner') refuseLastOwner(owners, id);
      await setRole(tx, context.tenantId, id, body.role);
      const details = { from: row.role, to: body.role, email: row.email };
      await record(tx, context, { action: 'member.role_changed', subject: params.id, details });
      tx.afterCommit(() => hints.publish(context.tenantId, { kind: 'member', id: params.id }));
      return showMember({ ...row, role: body.role });
    });

  const remove: Handler<typeof removeMember> = (context, { params }) =>
    db.tenant(context.tenantId, async (tx) => {
      const id = bareId('member', params.id);
      const owners = await lockOwners(tx, context.tenantId);
      const row = await readMemberRow(tx, context.tenantId, id);
      if (row === undefined) throw notFound();
      if (!mayGrant(context.role, showMember(row).role)) {
        throw new MortiseError('forbidden', {
          detail: 'You cannot remove someone whose role is above your own.',
        });
      }
      refuseLastOwner(owners, id);
      await deleteMember(tx, context.tenantId, id);
      await record(tx, context, {
        action: 'member.removed',
        subject: params.id,
        details: { email: row.email },
      });
      tx.afterCommit(() => hints.publish(context.tenantId, { kind: 'member', id: params.id }));
      return undefined;
    });

  return { me, create, list, read, change, members, changeRole, remove };
}

function refuseLastOwner(owners: readonly string[], id: string): void {
  if (owners.length === 1 && owners[0] === id) {
    throw new MortiseError('conflict', {
      detail: 'A tenant needs an owner. Make someone else an owner first.',
    });
  }
}
