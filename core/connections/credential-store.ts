import type { Credential, TokenSet } from '@mortise/providers/kit';
import type { Tx } from '@mortise/platform/database';
import type { Place, Vault } from '../vault/index.ts';

/** A credential as it was read: with the version that a writer must still find. */
export interface ReadCredential {
  credential: Credential;
  /** What was asked before the account was connected; it fills `{name}` in the provider's hosts. */
  inputs: Readonly<Record<string, string>>;
  /** Higher than that of every credential that was stored before, this connection's earlier ones included. */
  version: number;
  expiresAt: Date | undefined;
  refreshAt: Date | undefined;
  /** Refreshes that have failed since the last that went well. */
  failures: number;
}

const place = (tenantId: string, connectionId: string): Place => ({
  tenantId,
  table: 'credentials',
  row: connectionId,
  field: 'sealed',
});

/** What lies sealed in a row. The inputs lie with the credential: without them nobody knows where it may be sent. */
type Sealed = Credential & { inputs?: Readonly<Record<string, string>> };

const textOf = (credential: Credential, inputs: Readonly<Record<string, string>>): string =>
  JSON.stringify({ ...credential, inputs } satisfies Sealed);

/** Dates do not survive JSON by themselves. */
function revive(credential: Credential): Credential {
  if (credential.kind !== 'oauth2') return credential;
  const { expiresAt, refreshExpiresAt, ...rest } = credential.tokens;
  const tokens: TokenSet = { ...rest };
  if (expiresAt !== undefined) tokens.expiresAt = new Date(expiresAt);
  if (refreshExpiresAt !== undefined) tokens.refreshExpiresAt = new Date(refreshExpiresAt);
  return { kind: 'oauth2', tokens };
}

const dayMs = 86_400_000;

const expiryOf = (credential: Credential) =>
  credential.kind === 'oauth2' ? credential.tokens.expiresAt : undefined;

/**
 * When a token is to be refreshed in the background: 15 minutes ahead, or at two thirds of a life that is too short
 * for that; with a sixth of its life left where that is days, since a token that renews itself is gone for good once
 * it has lapsed. undefined when it does not lapse.
 */
function refreshAt(credential: Credential, now: Date): Date | undefined {
  const expiresAt = expiryOf(credential);
  if (expiresAt === undefined) return undefined;
  const life = Math.max(0, expiresAt.getTime() - now.getTime());
  const ahead = life > 6 * dayMs ? life / 6 : Math.min(15 * 60_000, life / 3);
  return new Date(expiresAt.getTime() - ahead);
}

export async function readCredential(
  tx: Tx,
  vault: Vault,
  tenantId: string,
  connectionId: string,
): Promise<ReadCredential | undefined> {
  const [row] = await tx.query<{
    sealed: Buffer;
    version: number;
    expires_at: Date | null;
    refresh_at: Date | null;
    failures: number;
  }>(
    'select sealed, version, expires_at, refresh_at, failures from credentials where tenant_id = $1 and connection_id = $2',
    [tenantId, connectionId],
    'credentials.read',
  );
  if (row === undefined) return undefined;
  const text = await vault.open(tx, place(tenantId, connectionId), row.sealed);
  const { inputs = {}, ...credential } = JSON.parse(text) as Sealed;
  return {
    credential: revive(credential),
    inputs,
    version: row.version,
    expiresAt: row.expires_at ?? undefined,
    refreshAt: row.refresh_at ?? undefined,
    failures: row.failures,
  };
}

/** Stores a credential over whatever was there: a person has just given it. */
export async function putCredential(
  tx: Tx,
  vault: Vault,
  tenantId: string,
  connectionId: string,
  credential: Credential,
  now: Date,
  inputs: Readonly<Record<string, string>> = {},
): Promise<void> {
  const sealed = await vault.seal(tx, place(tenantId, connectionId), textOf(credential, inputs));
  await tx.query(
    `insert into credentials (tenant_id, connection_id, sealed, expires_at, refresh_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, connection_id) do update
       set sealed = excluded.sealed, expires_at = excluded.expires_at, refresh_at = excluded.refresh_at,
           version = excluded.version, failures = 0, lease_owner = null, lease_until = null, refreshed_at = null`,
    [tenantId, connectionId, sealed, expiryOf(credential) ?? null, refreshAt(credential, now) ?? null],
  );
}

/**
 * Takes the right to talk to the token endpoint for one credential, for a time by the database's clock.
 *
 * @param lease.owner names this one attempt, so that a lease that ran out cannot be released by who had it before
 * @returns false when someone else holds it or the version has moved on
 */
export async function takeLease(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  lease: { version: number; owner: string; forMs: number },
): Promise<boolean> {
  const rows = await tx.query(
    `update credentials set lease_owner = $4, lease_until = now() + $5 * interval '1 millisecond'
      where tenant_id = $1 and connection_id = $2 and version = $3 and (lease_until is null or lease_until < now())
      returning 1`,
    [tenantId, connectionId, lease.version, lease.owner, lease.forMs],
  );
  return rows.length > 0;
}

/**
 * Stores what a refresh gave, unless a newer credential is there.
 *
 * @returns the new version; undefined when the credential is another one by now, or gone
 */
export async function swapCredential(
  tx: Tx,
  vault: Vault,
  tenantId: string,
  connectionId: string,
  next: { credential: Credential; inputs: Readonly<Record<string, string>>; over: number; now: Date },
): Promise<number | undefined> {
  const sealed = await vault.seal(tx, place(tenantId, connectionId), textOf(next.credential, next.inputs));
  const [row] = await tx.query<{ version: number }>(
    `update credentials
        set sealed = $4, expires_at = $5, refresh_at = $6, refreshed_at = $7, failures = 0,
            version = nextval('credential_versions'), lease_owner = null, lease_until = null
      where tenant_id = $1 and connection_id = $2 and version = $3
      returning version`,
    [
      tenantId,
      connectionId,
      next.over,
      sealed,
      expiryOf(next.credential) ?? null,
      refreshAt(next.credential, next.now) ?? null,
      next.now,
    ],
  );
  return row?.version;
}

/** Gives a lease back after a refresh that failed. @param retryAt when the background tries again */
export async function dropLease(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  lease: { owner: string; retryAt: Date },
): Promise<void> {
  await tx.query(
    `update credentials set lease_owner = null, lease_until = null, failures = failures + 1, refresh_at = $4
      where tenant_id = $1 and connection_id = $2 and lease_owner = $3`,
    [tenantId, connectionId, lease.owner, lease.retryAt],
  );
}

/**
 * Takes a credential that the provider has refused for good out of the background's list.
 *
 * @returns false when it is not the credential in force any more: then nothing is known about the one that is
 */
export async function retireCredential(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  version: number,
): Promise<boolean> {
  const rows = await tx.query(
    `update credentials set refresh_at = null, failures = failures + 1, lease_owner = null, lease_until = null
      where tenant_id = $1 and connection_id = $2 and version = $3
      returning 1`,
    [tenantId, connectionId, version],
  );
  return rows.length > 0;
}

/**
 * As `retireCredential`, of a connection whose account has withdrawn.
 *
 * @returns false when the account was connected anew since, or is not connected
 */
export async function retireWithdrawn(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  withdrawnBy: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `update credentials k set refresh_at = null, failures = k.failures + 1, lease_owner = null, lease_until = null
       from connections c
      where k.tenant_id = $1 and k.connection_id = $2 and c.tenant_id = $1 and c.id = $2
        and c.status = 'connected' and c.updated_at <= $3
      returning 1`,
    [tenantId, connectionId, withdrawnBy],
  );
  return rows.length > 0;
}

export interface DueCredential {
  tenant_id: string;
  connection_id: string;
  integration_id: string;
  version: number;
}

/** Credentials of connected accounts, of all tenants, that are to be refreshed by now and that nobody refreshes. */
export function listDueCredentials(tx: Tx, now: Date, limit: number): Promise<DueCredential[]> {
  return tx.query<DueCredential>(
    `select d.tenant_id, d.connection_id, c.integration_id, d.version
       from credentials d join connections c on c.tenant_id = d.tenant_id and c.id = d.connection_id
      where d.refresh_at <= $1 and (d.lease_until is null or d.lease_until < now()) and c.status = 'connected'
      order by d.refresh_at
      limit $2`,
    [now, limit],
    'credentials.due',
  );
}

export async function deleteCredential(tx: Tx, tenantId: string, connectionId: string): Promise<void> {
  await tx.query('delete from credentials where tenant_id = $1 and connection_id = $2', [
    tenantId,
    connectionId,
  ]);
}

/** Takes a credential off the list of what is renewed ahead, as it stands in this version. */
export async function leaveToCalls(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  version: number,
): Promise<void> {
  await tx.query(
    'update credentials set refresh_at = null where tenant_id = $1 and connection_id = $2 and version = $3',
    [tenantId, connectionId, version],
  );
}
