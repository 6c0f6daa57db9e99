import type { completeSetup, readSetup } from '@mortise/contract';
import type { Database, Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import { MortiseError, publicId, Reply, type Handler, type RequestContext } from '../kernel/index.ts';
import { hashToken, newToken } from './one-time-token.ts';
import { actAs, insertPerson } from './people.ts';
import type { SignIn } from './sign-in.ts';
import { insertMember, insertTenant } from './store.ts';

const linkLifeMs = 24 * 60 * 60_000;

async function someoneExists(tx: Tx): Promise<boolean> {
  const rows = await tx.db.selectFrom('auth_users').select('id').limit(1).execute();
  return rows.length > 0;
}

/** One at a time, over all processes: two links made or used at once would give two first owners. */
async function takeTurn(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('mortise setup', 0))`);
}

const setupDone = () =>
  new MortiseError('setup_done', { detail: 'Sign in, or ask an owner for an invitation.' });
const linkExpired = () =>
  new MortiseError('link_expired', { detail: 'Restart Mortise: it prints a new link for the first owner.' });
const usable = 'token_hash = $1 and used_at is null and expires_at > now()';

/**
 * The one-time link for the first owner, for the start-up log. Each call makes a new one and voids those before.
 *
 * @returns undefined once there is an owner
 */
export async function newSetupLink(db: Database, publicUrl: string): Promise<string | undefined> {
  const { token, hash } = newToken();
  const made = await db.auth(async (tx) => {
    await takeTurn(tx);
    if (await someoneExists(tx)) return false;
    await tx.db.deleteFrom('setup_links').execute();
    await tx.db
      .insertInto('setup_links')
      .values({ token_hash: hash, expires_at: new Date(Date.now() + linkLifeMs) })
      .execute();
    return true;
  });
  if (!made) return undefined;
  // In the fragment, which browsers keep to themselves: the token reaches no log and no referrer.
  return new URL(`/setup#token=${token}`, publicUrl).href;
}

export function setupRoutes(deps: {
  db: Database;
  signIn: SignIn;
  requestOf: (context: RequestContext) => Request;
}) {
  const read: Handler<typeof readSetup> = async () => ({ needed: !(await deps.db.auth(someoneExists)) });

  const complete: Handler<typeof completeSetup> = async (context, { body }) => {
    const hash = hashToken(body.token);
    await deps.db.auth(async (tx) => {
      if (await someoneExists(tx)) throw setupDone();
      // Before the password is hashed, which is made to cost: only who has a link may have us do it.
      if ((await tx.query(`select 1 from setup_links where ${usable}`, [hash])).length === 0)
        throw linkExpired();
    });
    const passwordHash = await deps.signIn.hashPassword(body.password);
    const tenantId = await deps.db.auth(async (tx) => {
      await takeTurn(tx);
      if (await someoneExists(tx)) throw setupDone();
      const used = await tx.query(`update setup_links set used_at = now() where ${usable} returning 1`, [
        hash,
      ]);
      if (used.length === 0) throw linkExpired();
      const userId = await insertPerson(tx, { name: body.name, email: body.email, passwordHash });
      await actAs(tx, 'engine');
      const tenant = await insertTenant(tx, { name: body.organisation });
      if (tenant === undefined) throw new Error('A tenant without an external id cannot exist already');
      await insertMember(tx, tenant.id, userId, 'owner');
      const actor = { kind: 'user', id: publicId('user', userId), name: body.name } as const;
      await record(
        tx,
        { tenantId: tenant.id, traceId: context.traceId, actor },
        {
          action: 'tenant.created',
          subject: publicId('tenant', tenant.id),
          details: { name: tenant.name, by: 'setup link' },
        },
      );
      return tenant.id;
    });
    const person = { email: body.email, password: body.password };
    // They are the owner now; where signing in fails, the form is there for it.
    const cookies = await deps.signIn.signIn(person, deps.requestOf(context)).catch(() => null);
    return new Reply(
      { tenantId: publicId('tenant', tenantId) },
      cookies === null ? {} : { 'set-cookie': cookies },
    );
  };

  return { read, complete };
}
