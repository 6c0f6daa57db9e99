import type { Credential } from '@mortise/providers/kit';
import type { Tx } from '@mortise/platform/database';
import type { Vault } from '../vault/index.ts';
import {
  expiryOf,
  openCredential,
  refreshAt,
  sealCredential,
  type OpenedCredential,
} from './sealed-credential.ts';

/** A credential as it was read: with the version that a writer must still find. */
export interface ReadCredential extends OpenedCredential {
  /** Higher than that of every credential that was stored before, this connection's earlier ones included. */
  version: number;
  expiresAt: Date | undefined;
  refreshAt: Date | undefined;
  /** Refreshes that have failed since the last that went well. */
  failures: number;
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
  return {
    ...(await openCredential(tx, vault, { tenantId, connectionId }, row.sealed)),
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
  const sealed = await sealCredential(tx, vault, { tenantId, connectionId }, { credential, inputs });
  await tx.query(
    `insert into credentials (tenant_id, connection_id, sealed, expires_at, refresh_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, connection_id) do update
       set sealed = excluded.sealed, expires_at = excluded.expires_at, refresh_at = excluded.refresh_at,
           version = excluded.version, failures = 0, lease_owner = null, lease_until = null, asked_at = null,
           refreshed_at = null`,
    [tenantId, connectionId, sealed, expiryOf(credential) ?? null, refreshAt(credential, now) ?? null],
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
    `update credentials
        set refresh_at = null, failures = failures + 1, lease_owner = null, lease_until = null, asked_at = null
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
  provider: string;
  version: number;
}

/** Credentials of connected accounts, of all tenants, that are to be refreshed by now and that nobody refreshes. */
export function listDueCredentials(tx: Tx, now: Date, limit: number): Promise<DueCredential[]> {
  return tx.query<DueCredential>(
    `select d.tenant_id, d.connection_id, i.provider, d.version
       from credentials d join connections c on c.tenant_id = d.tenant_id and c.id = d.connection_id
       join integrations i on i.tenant_id = c.tenant_id and i.id = c.integration_id
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
