import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Tenants';

/** What a member may do, from least to most: each role may do all that the ones before it may. */
export const roles = ['viewer', 'developer', 'admin', 'owner'] as const;
export const role = z.enum(roles).meta({ id: 'Role' });
export type Role = (typeof roles)[number];

const name = z.string().trim().min(1).max(120);
const retentionDays = z.int().min(1).max(30);
const email = z.email().trim().toLowerCase().max(254);
const password = z.string().min(12, 'must have at least 12 characters').max(128);

export const tenant = z
  .object({
    id: idSchema('tenant'),
    name,
    externalId: z.string().nullable().meta({ description: "The host product's own id of this tenant" }),
    strictEventTypes: z.boolean().meta({ description: 'Whether only defined types may be published' }),
    retentionDays: retentionDays.nullable().meta({
      description: 'Days that events, deliveries and attempts are kept; null: as the installation has it, 30',
    }),
    createdAt: moment,
    version: z.int(),
  })
  .meta({ id: 'Tenant' });
export type Tenant = z.infer<typeof tenant>;

export const member = z
  .object({
    id: idSchema('member'),
    userId: idSchema('user'),
    name: z.string(),
    email: z.string(),
    role,
    createdAt: moment,
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof member>;

export const invitation = z
  .object({
    id: idSchema('invitation'),
    email: z.string(),
    role,
    expiresAt: moment,
    createdAt: moment,
    status: z.enum(['pending', 'accepted', 'withdrawn', 'expired']),
  })
  .meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof invitation>;

/** Who is calling, and the tenants they may act for. */
export const me = z
  .object({
    kind: z.enum(['user', 'operator']),
    user: z.object({ id: idSchema('user'), name: z.string(), email: z.string() }).nullable(),
    tenants: z.array(z.object({ id: idSchema('tenant'), name: z.string(), role })),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof me>;

export const readMe = defineRoute({
  name: 'readMe',
  method: 'GET',
  path: '/api/me',
  tag,
  summary: 'Who is calling, and for which tenants they may act',
  response: me,
});

export const readSetup = defineRoute({
  name: 'readSetup',
  method: 'GET',
  path: '/api/setup',
  tag,
  summary: 'Whether the first owner is still missing',
  response: z.object({ needed: z.boolean() }),
});

export const completeSetup = defineRoute({
  name: 'completeSetup',
  method: 'POST',
  path: '/api/setup',
  tag,
  summary: 'Create the first owner and their tenant with the one-time link of the first start',
  body: z.object({ token: z.string().max(200), name, email, password, organisation: name }),
  response: z.object({ tenantId: idSchema('tenant') }),
  status: 201,
});

export const createTenant = defineRoute({
  name: 'createTenant',
  method: 'POST',
  path: '/api/tenants',
  tag,
  summary: 'Create a tenant (operator key)',
  body: z.object({ name, externalId: z.string().min(1).max(200).optional() }),
  response: tenant,
  status: 201,
});

export const listTenants = defineRoute({
  name: 'listTenants',
  method: 'GET',
  path: '/api/tenants',
  tag,
  summary: 'List all tenants (operator key)',
  query: pageQuery.extend({ externalId: z.string().max(200).optional() }),
  response: pageOf(tenant),
});

export const readTenant = defineRoute({
  name: 'readTenant',
  method: 'GET',
  path: '/api/tenant',
  tag,
  summary: 'The tenant this request acts for',
  response: tenant,
});

export const updateTenant = defineRoute({
  name: 'updateTenant',
  method: 'PATCH',
  path: '/api/tenant',
  tag,
  summary: 'Rename the tenant or change its settings',
  body: z.object({ name, strictEventTypes: z.boolean(), retentionDays: retentionDays.nullable() }).partial(),
  response: tenant,
});

export const listMembers = defineRoute({
  name: 'listMembers',
  method: 'GET',
  path: '/api/members',
  tag,
  summary: 'List the members of the tenant',
  query: pageQuery,
  response: pageOf(member),
});

export const updateMember = defineRoute({
  name: 'updateMember',
  method: 'PATCH',
  path: '/api/members/:id',
  tag,
  summary: "Change a member's role. The last owner cannot be demoted",
  params: z.object({ id: idSchema('member') }),
  body: z.object({ role }),
  response: member,
});

export const removeMember = defineRoute({
  name: 'removeMember',
  method: 'DELETE',
  path: '/api/members/:id',
  tag,
  summary: 'Remove a member. The last owner cannot be removed',
  params: z.object({ id: idSchema('member') }),
});

export const createInvitation = defineRoute({
  name: 'createInvitation',
  method: 'POST',
  path: '/api/invitations',
  tag,
  summary: 'Invite a person. The link is in this answer and nowhere else',
  body: z.object({ email, role }),
  response: invitation.extend({ link: z.url() }),
  status: 201,
});

export const listInvitations = defineRoute({
  name: 'listInvitations',
  method: 'GET',
  path: '/api/invitations',
  tag,
  summary: 'List the invitations of the tenant',
  query: pageQuery,
  response: pageOf(invitation),
});

export const withdrawInvitation = defineRoute({
  name: 'withdrawInvitation',
  method: 'DELETE',
  path: '/api/invitations/:id',
  tag,
  summary: 'Withdraw an invitation: its link stops working at once',
  params: z.object({ id: idSchema('invitation') }),
});

export const lookUpInvitation = defineRoute({
  name: 'lookUpInvitation',
  method: 'POST',
  path: '/api/invitations/look-up',
  tag,
  summary: 'What an invitation link is for, before it is accepted',
  body: z.object({ token: z.string().max(200) }),
  response: z.object({ tenantName: z.string(), email: z.string(), role, hasAccount: z.boolean() }),
});

export const acceptInvitation = defineRoute({
  name: 'acceptInvitation',
  method: 'POST',
  path: '/api/invitations/accept',
  tag,
  summary: 'Become a member with the link of an invitation; someone with an account gives its password',
  body: z.object({ token: z.string().max(200), name: name.optional(), password }),
  response: z.object({ tenantId: idSchema('tenant') }),
  status: 201,
});
