import type { Tx } from '@mortise/platform/database';
import type { Vault } from '../vault/index.ts';
import type { ReachRow } from './oauth-client.ts';
import type { RenewalJob } from './renewer.ts';
import {
  expiryOf,
  openCredential,
  refreshAt,
  sealCredential,
  type OpenedCredential,
  type Owned,
} from './sealed-credential.ts';

/*
 * The statements of renewals. Those of one moment share a transaction, of whichever tenants they are, and so run as the
 * engine; each row is named by its tenant and its connection, and opens as that tenant's alone.
 */

export interface LeasedCredential extends OpenedCredential {
  integration: ReachRow;
  /** Whose account the connection is, as its provider names it. */
  accountId: string;
  /** The token endpoint was asked before and its answer is not known: the refresh token may be used up. */
  interrupted: boolean;
}

const keyOf = ({ tenantId, connectionId }: Owned) => `${tenantId}/${connectionId}`;

/**
 * Takes the right to talk to the token endpoint for each job's credential, for a time by the database's clock, and marks
 * that it is about to be asked. A row that somebody works on this moment is not waited for.
 *
 * @returns by the job: what it leased, or why it cannot be opened. A job that is missing found the lease with somebody
 *   else, or another version
 */
export async function takeLeases(
  tx: Tx,
  vault: Vault,
  jobs: readonly RenewalJob[],
  forMs: number,
): Promise<Map<RenewalJob, LeasedCredential | Error>> {
  const rows = await tx.query<
    {
      owner: string;
      sealed: Buffer;
      asked_before: Date | null;
      account_id: string;
      integration_id: string;
    } & Omit<ReachRow, 'id'>
  >(
    `with wanted as (
       select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[])
         as w (tenant_id, connection_id, version, owner)
     ), before as (
       select d.tenant_id, d.connection_id, d.version, d.asked_at, d.lease_owner, d.lease_until
         from credentials d
        where (d.tenant_id, d.connection_id) in (select tenant_id, connection_id from wanted)
        order by d.tenant_id, d.connection_id
          for update skip locked
     )
     update credentials d
        set lease_owner = w.owner, lease_until = now() + $5 * interval '1 millisecond', asked_at = now()
       from wanted w
       join before b on b.tenant_id = w.tenant_id and b.connection_id = w.connection_id
       join connections c on c.tenant_id = w.tenant_id and c.id = w.connection_id
       join integrations i on i.tenant_id = c.tenant_id and i.id = c.integration_id
      where d.tenant_id = w.tenant_id and d.connection_id = w.connection_id and b.version = w.version
        and (b.lease_until is null or b.lease_until < now() or b.lease_owner = w.owner)
      returning w.owner, d.sealed, b.asked_at as asked_before, c.account_id, i.id as integration_id, i.provider, i.environment,
                i.client_id, i.client_secret, i.hosts`,
    [
      jobs.map(({ tenantId }) => tenantId),
      jobs.map(({ connectionId }) => connectionId),
      jobs.map(({ version }) => version),
      jobs.map(({ owner }) => owner),
      forMs,
    ],
    'renewals.lease',
  );
  const taken = new Map<RenewalJob, LeasedCredential | Error>();
  for (const row of rows) {
    const { owner, sealed, asked_before: askedBefore, account_id: accountId, integration_id: id } = row;
    const { provider, environment, client_id, client_secret, hosts } = row;
    const integration = { id, provider, environment, client_id, client_secret, hosts };
    const job = jobs.find((one) => one.owner === owner)!;
    taken.set(
      job,
      await openCredential(tx, vault, job, sealed).then(
        (opened) => ({ ...opened, integration, accountId, interrupted: askedBefore !== null }),
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      ),
    );
  }
  return taken;
}

/** @returns the versions in force, in order; undefined for an account that has been disconnected */
export async function versionsOf(tx: Tx, whose: readonly Owned[]): Promise<(number | undefined)[]> {
  if (whose.length === 0) return [];
  const rows = await tx.query<{ tenant_id: string; connection_id: string; version: number }>(
    `select tenant_id, connection_id, version from credentials
      where (tenant_id, connection_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
    [whose.map(({ tenantId }) => tenantId), whose.map(({ connectionId }) => connectionId)],
    'renewals.versions',
  );
  const found = new Map(
    rows.map((row) => [keyOf({ tenantId: row.tenant_id, connectionId: row.connection_id }), row.version]),
  );
  return whose.map((one) => found.get(keyOf(one)));
}

/** What a renewal gave. */
export interface Renewed extends Owned, OpenedCredential {
  /** The version that it was made from. */
  over: number;
  now: Date;
}

/**
 * Stores what renewals gave, each unless a newer credential is there.
 *
 * @returns the new versions, in order; undefined where the credential is another one by now, or gone
 */
export async function swapCredentials(
  tx: Tx,
  vault: Vault,
  renewed: readonly Renewed[],
): Promise<(number | undefined)[]> {
  await vault.holdKeys(tx, [...new Set(renewed.map(({ tenantId }) => tenantId))]);
  const sealed: Buffer[] = [];
  for (const one of renewed) sealed.push(await sealCredential(tx, vault, one, one));
  const rows = await tx.query<{ tenant_id: string; connection_id: string; version: number }>(
    `with next as (
       select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[], $5::timestamptz[], $6::timestamptz[],
                            $7::timestamptz[])
         as n (tenant_id, connection_id, over, sealed, expires_at, refresh_at, refreshed_at)
     ), held as (
       select d.tenant_id, d.connection_id, d.version from credentials d
        where (d.tenant_id, d.connection_id) in (select tenant_id, connection_id from next)
        order by d.tenant_id, d.connection_id
          for update
     )
     update credentials d
        set sealed = n.sealed, expires_at = n.expires_at, refresh_at = n.refresh_at, refreshed_at = n.refreshed_at,
            failures = 0, version = nextval('credential_versions'), lease_owner = null, lease_until = null,
            asked_at = null
       from next n join held h on h.tenant_id = n.tenant_id and h.connection_id = n.connection_id
      where d.tenant_id = n.tenant_id and d.connection_id = n.connection_id and h.version = n.over
      returning d.tenant_id, d.connection_id, d.version`,
    [
      renewed.map(({ tenantId }) => tenantId),
      renewed.map(({ connectionId }) => connectionId),
      renewed.map(({ over }) => over),
      sealed,
      renewed.map(({ credential }) => expiryOf(credential) ?? null),
      renewed.map(({ credential, now }) => refreshAt(credential, now) ?? null),
      renewed.map(({ now }) => now),
    ],
    'renewals.swap',
  );
  const stored = new Map(
    rows.map((row) => [keyOf({ tenantId: row.tenant_id, connectionId: row.connection_id }), row.version]),
  );
  return renewed.map((one) => stored.get(keyOf(one)));
}

/**
 * Gives a lease back after a renewal that gave nothing.
 *
 * @param lease.retryAt when the background tries again
 * @param lease.unsure when the token endpoint may have answered all the same: the mark that it was asked then stays
 */
export async function dropLease(
  tx: Tx,
  { tenantId, connectionId }: Owned,
  lease: { owner: string; retryAt: Date; unsure: boolean },
): Promise<void> {
  await tx.query(
    `update credentials
        set lease_owner = null, lease_until = null, failures = failures + 1, refresh_at = $4,
            asked_at = case when $5 then asked_at end
      where tenant_id = $1 and connection_id = $2 and lease_owner = $3`,
    [tenantId, connectionId, lease.owner, lease.retryAt, lease.unsure],
  );
}
