import { roles } from '@mortise/contract';
import type {
  acceptInvitation,
  createInvitation,
  listInvitations,
  lookUpInvitation,
  Role,
  withdrawInvitation,
} from '@mortise/contract';
import type { Database, Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import {
  bareId,
  idCursor,
  MortiseError,
  notFound,
  publicId,
  Reply,
  toPage,
  type Clock,
  type Creation,
  type Handler,
  type RequestContext,
} from '../kernel/index.ts';
import { hashToken, newToken } from './one-time-token.ts';
import { actAs, insertPerson, personByEmail } from './people.ts';
import type { SignIn } from './sign-in.ts';
import {
  acceptInvitationRow,
  hasMember,
  insertInvitation,
  insertMember,
  listInvitationRows,
  showInvitation,
  withdraw,
} from './store.ts';

const lifeMs = 7 * 24 * 60 * 60_000;

interface Found {
  tenant_id: string;
  id: string;
  tenant_name: string;
  email: string;
  role: Role;
}

async function find(tx: Tx, token: string): Promise<Found> {
  const [found] = await tx.query<Found & Record<string, unknown>>('select * from invitation_by_token($1)', [
    hashToken(token),
  ]);
  if (found === undefined) {
    throw new MortiseError('link_expired', { detail: 'Ask whoever invited you for a new invitation.' });
  }
  return found;
}

/** Whether one role may give another: nobody hands out more than they have. */
export function mayGrant(own: Role | null, wanted: Role): boolean {
  return own === null || roles.indexOf(wanted) <= roles.indexOf(own);
}

export function invitationRoutes(deps: {
  db: Database;
  signIn: SignIn;
  clock: Clock;
  publicUrl: string;
  requestOf: (context: RequestContext) => Request;
}) {
  const create: Creation<typeof createInvitation> = async (context, { body }, tx) => {
    if (!mayGrant(context.role, body.role)) {
      throw new MortiseError('forbidden', { detail: `Your role cannot invite an ${body.role}.` });
    }
    if (await hasMember(tx, context.tenantId, body.email)) {
      throw new MortiseError('already_exists', {
        detail: `${body.email} is a member already: change their role instead.`,
      });
    }
    const { token, hash } = newToken();
    const row = await insertInvitation(tx, context.tenantId, {
      email: body.email,
      role: body.role,
      tokenHash: hash,
      expiresAt: new Date(deps.clock.now().getTime() + lifeMs),
    });
    const shown = showInvitation(row, deps.clock.now());
    await record(tx, context, {
      action: 'invitation.created',
      subject: shown.id,
      details: { email: body.email, role: body.role },
    });
    return { ...shown, link: new URL(`/invitation#token=${token}`, deps.publicUrl).href };
  };

  const list: Handler<typeof listInvitations> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const rows = await deps.db.tenant(tenantId, (tx) =>
      listInvitationRows(tx, tenantId, { before, limit: query.limit }),
    );
    const now = deps.clock.now();
    return toPage(
      rows,
      query.limit,
      (row) => [row.id],
      (row) => showInvitation(row, now),
    );
  };

  const remove: Handler<typeof withdrawInvitation> = async (context, { params }) => {
    await deps.db.tenant(context.tenantId, async (tx) => {
      const done = await withdraw(tx, context.tenantId, bareId('invitation', params.id), deps.clock.now());
      if (!done) throw notFound();
      await record(tx, context, { action: 'invitation.withdrawn', subject: params.id });
    });
    return undefined;
  };

  const lookUp: Handler<typeof lookUpInvitation> = (_context, { body }) =>
    deps.db.auth(async (tx) => {
      const found = await find(tx, body.token);
      return {
        tenantName: found.tenant_name,
        email: found.email,
        role: found.role,
        hasAccount: (await personByEmail(tx, found.email)) !== undefined,
      };
    });

  const accept: Handler<typeof acceptInvitation> = async (context, { body }) => {
    const { found, known } = await deps.db.auth(async (tx) => {
      const invitation = await find(tx, body.token);
      return { found: invitation, known: await personByEmail(tx, invitation.email) };
    });
    const person = { email: found.email, password: body.password };
    let cookies: string[] | null = null;
    if (known !== undefined) {
      // Whoever has an account proves it first, under the same rate limit as at the sign-in form.
      cookies = await deps.signIn.signIn(person, deps.requestOf(context));
      if (cookies === null) {
        throw new MortiseError('unauthenticated', {
          detail: `Give the password of your account ${found.email}.`,
        });
      }
    } else if (body.name === undefined) {
      throw new MortiseError('invalid_request', {
        detail: 'Say your name.',
        issues: [{ path: 'body.name', message: 'is needed for a new account' }],
      });
    }
    const passwordHash = known === undefined ? await deps.signIn.hashPassword(body.password) : '';
    await deps.db.auth(async (tx) => {
      // The invitation first: of two at once the later waits here and then finds it used up.
      await actAs(tx, 'app', found.tenant_id);
      if (!(await acceptInvitationRow(tx, found.tenant_id, found.id, deps.clock.now()))) {
        throw new MortiseError('link_expired');
      }
      await actAs(tx, 'auth');
      const userId =
        known ?? (await insertPerson(tx, { name: body.name ?? '', email: found.email, passwordHash }));
      await actAs(tx, 'app', found.tenant_id);
      await insertMember(tx, found.tenant_id, userId, found.role);
      const actor = { kind: 'user', id: publicId('user', userId), name: body.name ?? found.email } as const;
      await record(
        tx,
        { tenantId: found.tenant_id, traceId: context.traceId, actor },
        {
          action: 'invitation.accepted',
          subject: publicId('invitation', found.id),
          details: { role: found.role },
        },
      );
    });
    // They are a member now; where signing in fails, the form is there for it.
    cookies ??= await deps.signIn.signIn(person, deps.requestOf(context)).catch(() => null);
    return new Reply(
      { tenantId: publicId('tenant', found.tenant_id) },
      cookies === null ? {} : { 'set-cookie': cookies },
    );
  };

  return { create, list, remove, lookUp, accept };
}
