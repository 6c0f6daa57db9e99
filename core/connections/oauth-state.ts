import { createHash, randomBytes } from 'node:crypto';
import type { Database, Tx } from '@mortise/platform/database';
import type { Actor, RequestContext } from '../kernel/index.ts';
import type { Place, Vault } from '../vault/index.ts';

/** An authorisation under way. */
export interface StateRow extends Record<string, unknown> {
  tenant_id: string;
  state_hash: Buffer;
  integration_id: string;
  reconnect_id: string | null;
  sealed: Buffer;
  /** null while a link that a backend asked for has not been opened. */
  browser_hash: Buffer | null;
  return_to: string | null;
  actor: Actor;
  trace_id: string;
  expires_at: Date;
}

export const stateLifeMs = 10 * 60_000;
const cookieName = 'mortise_connect';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
export const randomText = (): string => randomBytes(32).toString('base64url');

/** What of an authorisation under way is nobody else's to read. */
export interface Secrets {
  /** Of PKCE. */
  verifier: string;
  /** What was asked before: it fills `{name}` in the provider's hosts. */
  inputs: Readonly<Record<string, string>>;
}

const secretsPlace = (tenantId: string, hash: Buffer): Place => ({
  tenantId,
  table: 'oauth_states',
  row: hash.toString('hex'),
  field: 'sealed',
});

/** Keeps a state. Only its hash is kept, so that nobody who reads the table can finish what another has begun. */
export async function insertState(
  tx: Tx,
  vault: Vault,
  row: {
    tenantId: string;
    state: string;
    secrets: Secrets;
    integrationId: string;
    reconnectId: string | null;
    browser: string | null;
    returnTo: string | null;
    actor: Actor;
    traceId: string;
    expiresAt: Date;
  },
): Promise<void> {
  const hash = sha256(row.state);
  await tx.query(
    `insert into oauth_states
       (tenant_id, state_hash, integration_id, reconnect_id, sealed, browser_hash, return_to, actor, trace_id, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      row.tenantId,
      hash,
      row.integrationId,
      row.reconnectId,
      await vault.seal(tx, secretsPlace(row.tenantId, hash), JSON.stringify(row.secrets)),
      row.browser === null ? null : sha256(row.browser),
      row.returnTo,
      JSON.stringify(row.actor),
      row.traceId,
      row.expiresAt,
    ],
  );
}

export async function openSecrets(tx: Tx, vault: Vault, row: StateRow): Promise<Secrets> {
  return JSON.parse(await vault.open(tx, secretsPlace(row.tenant_id, row.state_hash), row.sealed)) as Secrets;
}

/** In a transaction without a tenant: the state is what tells the tenant. */
async function lookUp(db: Database, sql: string, values: unknown[]): Promise<StateRow | undefined> {
  const rows = await db.engine(async (tx) => {
    await tx.query('set local role mortise_app');
    return tx.query<StateRow>(sql, values);
  });
  return rows[0];
}

/** Uses a state up: of two callbacks that bring it only one gets it. */
export function consumeState(db: Database, state: string): Promise<StateRow | undefined> {
  return lookUp(db, 'select * from consume_oauth_state($1)', [sha256(state)]);
}

/** Binds a state to the first browser that brings it. @returns the state, with the browser that it belongs to */
export function bindState(db: Database, state: string, browser: string): Promise<StateRow | undefined> {
  return lookUp(db, 'select * from bind_oauth_state($1, $2)', [sha256(state), sha256(browser)]);
}

export function belongsTo(row: StateRow, browser: string | undefined): boolean {
  return browser !== undefined && row.browser_hash !== null && sha256(browser).equals(row.browser_hash);
}

/** The browser's mark, if it has one of ours. It may have several windows open, so the mark is its, not the state's. */
export function browserOf(context: RequestContext): string | undefined {
  const value = context.cookie(cookieName);
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

export function browserCookie(browser: string, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${cookieName}=${browser}; Path=/api/integrations; HttpOnly; SameSite=Lax; Max-Age=${stateLifeMs / 1000}${secure}`;
}
