import type { Dedupe, Scheme } from '@mortise/contract';
import type { Database, Tx } from '@mortise/platform/database';

export interface SourceRow extends Record<string, unknown> {
  id: string;
  name: string;
  integration_id: string | null;
  provider: string | null;
  status: 'active' | 'paused';
  token_sealed: Buffer;
  scheme: Scheme;
  allow: string[];
  max_bytes: number;
  per_minute: number;
  dedupe: Dedupe & { hours: number };
  event_type: string | null;
  forward: boolean;
  processor: string | null;
  keep_days: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export interface SecretRow extends Record<string, unknown> {
  id: string;
  source_id: string;
  connection_id: string | null;
  sealed: Buffer;
  created_at: Date;
  expires_at: Date | null;
}

/** What a person sets of a source. */
export type SourceValues = Pick<
  SourceRow,
  | 'name'
  | 'status'
  | 'scheme'
  | 'allow'
  | 'max_bytes'
  | 'per_minute'
  | 'dedupe'
  | 'event_type'
  | 'forward'
  | 'processor'
  | 'keep_days'
>;

const select = `
  select s.id, s.name, s.integration_id, i.provider, s.status, s.token_sealed, s.scheme, s.allow, s.max_bytes,
         s.per_minute, s.dedupe, s.event_type, s.forward, s.processor, s.keep_days, s.version, s.created_at, s.updated_at
    from sources s left join integrations i on i.tenant_id = s.tenant_id and i.id = s.integration_id`;

const only = async <T>(rows: Promise<T[]>): Promise<T | undefined> => (await rows)[0];

/** Whose source has the token with this digest. Asked before the tenant is known. */
export async function findSource(
  db: Database,
  hash: Buffer,
): Promise<{ tenantId: string; id: string } | undefined> {
  const { rows } = await db.pool.query<{ tenant_id: string; id: string }>({
    name: 'sources.find',
    text: 'select tenant_id, id from find_source($1)',
    values: [hash],
  });
  return rows[0] && { tenantId: rows[0].tenant_id, id: rows[0].id };
}

/** Whose integration this is. Asked before the tenant is known. @param id bare */
export async function findIntegration(db: Database, id: string): Promise<string | undefined> {
  const { rows } = await db.pool.query<{ tenant_id: string }>({
    name: 'integrations.find',
    text: 'select tenant_id from find_integration($1)',
    values: [id],
  });
  return rows[0]?.tenant_id;
}

/** @returns false when the integration has a source already */
export async function insertSource(
  tx: Tx,
  tenantId: string,
  source: SourceValues & {
    id: string;
    integration_id: string | null;
    token_hash: Buffer;
    token_sealed: Buffer;
  },
): Promise<boolean> {
  const rows = await tx.query(
    `insert into sources (tenant_id, id, name, integration_id, status, token_hash, token_sealed, scheme, allow, max_bytes,
                          per_minute, dedupe, event_type, forward, processor, keep_days)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (tenant_id, integration_id) do nothing returning 1`,
    [
      tenantId,
      source.id,
      source.name,
      source.integration_id,
      source.status,
      source.token_hash,
      source.token_sealed,
      JSON.stringify(source.scheme),
      source.allow,
      source.max_bytes,
      source.per_minute,
      JSON.stringify(source.dedupe),
      source.event_type,
      source.forward,
      source.processor,
      source.keep_days,
    ],
  );
  return rows.length > 0;
}

export async function updateSourceRow(
  tx: Tx,
  tenantId: string,
  id: string,
  source: SourceValues,
): Promise<void> {
  await tx.query(
    `update sources set name = $3, status = $4, scheme = $5, allow = $6, max_bytes = $7, per_minute = $8, dedupe = $9,
            event_type = $10, forward = $11, processor = $12, keep_days = $13, version = version + 1, updated_at = now()
      where tenant_id = $1 and id = $2`,
    [
      tenantId,
      id,
      source.name,
      source.status,
      JSON.stringify(source.scheme),
      source.allow,
      source.max_bytes,
      source.per_minute,
      JSON.stringify(source.dedupe),
      source.event_type,
      source.forward,
      source.processor,
      source.keep_days,
    ],
  );
}

export async function updateToken(
  tx: Tx,
  tenantId: string,
  id: string,
  token: { hash: Buffer; sealed: Buffer },
): Promise<void> {
  await tx.query(
    `update sources set token_hash = $3, token_sealed = $4, version = version + 1, updated_at = now()
      where tenant_id = $1 and id = $2`,
    [tenantId, id, token.hash, token.sealed],
  );
}

/**
 * Removes a source with its secrets, and what waits for it. What somebody works off this moment is not waited for, since
 * they in turn wait for the source: they find it gone.
 */
export async function deleteSourceRow(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.query(
    `delete from ingest_queue where tenant_id = $1 and id in (
       select id from ingest_queue where tenant_id = $1 and source_id = $2 for update skip locked)`,
    [tenantId, id],
  );
  await tx.query('delete from sources where tenant_id = $1 and id = $2', [tenantId, id]);
}

export function readSourceRow(tx: Tx, tenantId: string, id: string): Promise<SourceRow | undefined> {
  return only(tx.query<SourceRow>(`${select} where s.tenant_id = $1 and s.id = $2`, [tenantId, id]));
}

export function readSourceOf(
  tx: Tx,
  tenantId: string,
  integrationId: string,
): Promise<SourceRow | undefined> {
  return only(
    tx.query<SourceRow>(`${select} where s.tenant_id = $1 and s.integration_id = $2`, [
      tenantId,
      integrationId,
    ]),
  );
}

/** Reads it with a lock, so that it stays as it is until the transaction ends. */
export function lockSource(tx: Tx, tenantId: string, id: string): Promise<SourceRow | undefined> {
  return only(
    tx.query<SourceRow>(`${select} where s.tenant_id = $1 and s.id = $2 for update of s`, [tenantId, id]),
  );
}

/** These sources, none of which is paused, resumed or deleted until the transaction ends. */
export function shareSources(tx: Tx, tenantId: string, ids: readonly string[]): Promise<SourceRow[]> {
  return tx.query<SourceRow>(
    `${select} where s.tenant_id = $1 and s.id = any($2::uuid[]) order by s.id for share of s`,
    [tenantId, ids],
    'sources.share',
  );
}

/** Sources of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listSourceRows(
  tx: Tx,
  tenantId: string,
  page: { before?: string | undefined; integrationId?: string | undefined; limit: number },
): Promise<SourceRow[]> {
  return tx.query<SourceRow>(
    `${select} where s.tenant_id = $1 and ($2::uuid is null or s.id < $2) and ($3::uuid is null or s.integration_id = $3)
      order by s.id desc limit $4`,
    [tenantId, page.before ?? null, page.integrationId ?? null, page.limit + 1],
  );
}

/** The secrets of these sources that are not past their time, newest first. */
export function readSecrets(
  tx: Tx,
  tenantId: string,
  sourceIds: readonly string[],
  now: Date,
): Promise<SecretRow[]> {
  return tx.query<SecretRow>(
    `select id, source_id, connection_id, sealed, created_at, expires_at from source_secrets
      where tenant_id = $1 and source_id = any($2::uuid[]) and (expires_at is null or expires_at > $3)
      order by id desc`,
    [tenantId, sourceIds, now],
  );
}

export async function insertSecret(
  tx: Tx,
  tenantId: string,
  secret: { id: string; sourceId: string; connectionId: string | null; sealed: Buffer },
): Promise<void> {
  await tx.query(
    'insert into source_secrets (tenant_id, id, source_id, connection_id, sealed) values ($1, $2, $3, $4, $5)',
    [tenantId, secret.id, secret.sourceId, secret.connectionId, secret.sealed],
  );
}

/** Lets the secrets of one account, or of none, verify until a moment, and erases those past theirs. */
export async function expireSecrets(
  tx: Tx,
  tenantId: string,
  of: { sourceId: string; connectionId: string | null },
  until: Date,
  now: Date,
): Promise<void> {
  await tx.query('delete from source_secrets where tenant_id = $1 and source_id = $2 and expires_at <= $3', [
    tenantId,
    of.sourceId,
    now,
  ]);
  await tx.query(
    `update source_secrets set expires_at = least(coalesce(expires_at, $4), $4)
      where tenant_id = $1 and source_id = $2 and connection_id is not distinct from $3`,
    [tenantId, of.sourceId, of.connectionId, until],
  );
}

/** Whether a connection belongs to an integration. */
export async function isConnectionOf(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  integrationId: string,
): Promise<boolean> {
  const rows = await tx.query(
    'select from connections where tenant_id = $1 and id = $2 and integration_id = $3',
    [tenantId, connectionId, integrationId],
  );
  return rows.length > 0;
}
