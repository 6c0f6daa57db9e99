import type { completeSetup, readSetup } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import { MortiseError, publicId, Reply, type Handler, type RequestContext } from '../kernel/index.ts';
import { hashToken, newToken } from './one-time-token.ts';
import { actAs, insertPerson } from './people.ts';
import type { SignIn } from './sign-in.ts';
import { insertMember, insertTenant } from './store.ts';

const linkLifeMs = 24 * 60 * 60_000;

async function someoneExists(db: Database): Promise<boolean> {
  const rows = await db.auth((tx) => tx.db.selectFrom('auth_users').select('id').limit(1).execute());
  return rows.length > 0;
}

/**
 * The one-time link for the first owner, for the start-up log. Each call makes a new one and voids those before.
 *
 * @returns undefined once there is an owner
 */
export async function newSetupLink(db: Database, publicUrl: string): Promise<string | undefined> {
  if (await someoneExists(db)) return undefined;
  const { token, hash } = newToken();
  await db.auth(async (tx) => {
    await tx.db.deleteFrom('setup_links').execute();
    await tx.db.insertInto('setup_links').values({ token_hash: hash, expires_at: new Date(Date.now() + linkLifeMs) }).execute();
  });
  // In the fragment, which browsers keep to themselves: the token reaches no log and no referrer.
  return new URL(`/setup#token=${token}`, publicUrl).href;
}

export function setupRoutes(deps: { db: Database; signIn: SignIn; requestOf: (context: RequestContext) => Request }) {
  const read: Handler<typeof readSetup> = async () => ({ needed: !(await someoneExists(deps.db)) });

  const complete: Handler<typeof completeSetup> = async (context, { body }) => {
    if (await someoneExists(deps.db)) {
      throw new MortiseError('setup_done', { detail: 'Sign in, or ask an owner for an invitation.' });
    }
    const passwordHash = await deps.signIn.hashPassword(body.password);
    const tenantId = await deps.db.auth(async (tx) => {
      const used = await tx.query(
        'update setup_links set used_at = now() where token_hash = $1 and used_at is null and expires_at > now() returning 1',
        [hashToken(body.token)],
      );
      if (used.length === 0) {
        throw new MortiseError('link_expired', { detail: 'Restart Mortise: it prints a new link for the first owner.' });
      }
      const userId = await insertPerson(tx, { name: body.name, email: body.email, passwordHash });
      await actAs(tx, 'engine');
      const tenant = await insertTenant(tx, { name: body.organisation });
      if (tenant === undefined) throw new Error('A tenant without an external id cannot exist already');
      await insertMember(tx, tenant.id, userId, 'owner');
      const actor = { kind: 'user', id: publicId('user', userId), name: body.name } as const;
      await record(
        tx,
        { tenantId: tenant.id, traceId: context.traceId, actor },
        { action: 'tenant.created', subject: publicId('tenant', tenant.id), details: { name: tenant.name, by: 'setup link' } },
      );
      return tenant.id;
    });
    const cookies = await deps.signIn.signIn({ email: body.email, password: body.password }, deps.requestOf(context));
    return new Reply({ tenantId: publicId('tenant', tenantId) }, cookies === null ? {} : { 'set-cookie': cookies });
  };

  return { read, complete };
}
