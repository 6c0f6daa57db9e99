import type { Tx } from '@mortise/platform/database';
import { newId } from '../kernel/index.ts';

export interface IntegrationRow {
  id: string;
  provider: string;
  name: string;
  environment: string;
  client_id: string | null;
  client_secret: Buffer | null;
  hosts: object;
  scopes: string[] | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  connection_count: number;
}

const integrationColumns = [
  'integrations.id',
  'integrations.provider',
  'integrations.name',
  'integrations.environment',
  'integrations.client_id',
  'integrations.client_secret',
  'integrations.hosts',
  'integrations.scopes',
  'integrations.version',
  'integrations.created_at',
  'integrations.updated_at',
] as const;

function integrations(tx: Tx, tenantId: string) {
  return tx.db
    .selectFrom('integrations')
    .select(integrationColumns)
    .select((e) =>
      e
        .selectFrom('connections')
        .select((c) => c.fn.countAll<number>().as('count'))
        .whereRef('connections.tenant_id', '=', 'integrations.tenant_id')
        .whereRef('connections.integration_id', '=', 'integrations.id')
        .where('connections.status', '<>', 'disconnected')
        .$asScalar()
        .$notNull()
        .as('connection_count'),
    )
    .where('integrations.tenant_id', '=', tenantId);
}

export function readIntegrationRow(
  tx: Tx,
  tenantId: string,
  id: string,
): Promise<IntegrationRow | undefined> {
  return integrations(tx, tenantId).where('integrations.id', '=', id).executeTakeFirst();
}

export function listIntegrationRows(
  tx: Tx,
  tenantId: string,
  filter: { before?: string | undefined; provider?: string | undefined; limit: number },
): Promise<IntegrationRow[]> {
  let query = integrations(tx, tenantId);
  if (filter.before !== undefined) query = query.where('integrations.id', '<', filter.before);
  if (filter.provider !== undefined) query = query.where('integrations.provider', '=', filter.provider);
  return query
    .orderBy('integrations.id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

export interface IntegrationValues {
  name?: string | undefined;
  clientId?: string | null | undefined;
  clientSecret?: Buffer | null | undefined;
  hosts?: Record<string, string> | undefined;
  scopes?: string[] | null | undefined;
}

export async function insertIntegration(
  tx: Tx,
  tenantId: string,
  row: IntegrationValues & { id: string; provider: string; name: string; environment: 'live' | 'sandbox' },
): Promise<void> {
  await tx.db
    .insertInto('integrations')
    .values({
      tenant_id: tenantId,
      id: row.id,
      provider: row.provider,
      name: row.name,
      environment: row.environment,
      client_id: row.clientId ?? null,
      client_secret: row.clientSecret ?? null,
      hosts: JSON.stringify(row.hosts ?? {}),
      scopes: row.scopes ?? null,
    })
    .execute();
}

export async function updateIntegrationRow(
  tx: Tx,
  tenantId: string,
  id: string,
  values: IntegrationValues,
): Promise<void> {
  await tx.db
    .updateTable('integrations')
    .set((e) => ({
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values.clientId === undefined ? {} : { client_id: values.clientId }),
      ...(values.clientSecret === undefined ? {} : { client_secret: values.clientSecret }),
      ...(values.hosts === undefined ? {} : { hosts: JSON.stringify(values.hosts) }),
      ...(values.scopes === undefined ? {} : { scopes: values.scopes }),
      version: e('version', '+', 1),
      updated_at: new Date(),
    }))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

/** Keeps an integration from being deleted until the transaction ends. @returns false when it is gone already */
export async function keepIntegration(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query('select from integrations where tenant_id = $1 and id = $2 for key share', [
    tenantId,
    id,
  ]);
  return rows.length > 0;
}

/** Keeps an integration as it is until the transaction ends: nobody else changes it or connects an account within it. */
export async function lockIntegration(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.query('select from integrations where tenant_id = $1 and id = $2 for update', [tenantId, id]);
}

/** Removes an integration with what is left of its disconnected connections. */
export async function deleteIntegrationRow(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.db
    .deleteFrom('connections')
    .where('tenant_id', '=', tenantId)
    .where('integration_id', '=', id)
    .where('status', '=', 'disconnected')
    .execute();
  await tx.db.deleteFrom('integrations').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}

export interface ConnectionRow {
  id: string;
  integration_id: string;
  provider: string;
  environment: string;
  status: string;
  reason: string | null;
  account_id: string;
  account_name: string;
  metadata: object;
  scopes: string[];
  last_used_at: Date | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date | null;
  refreshed_at: Date | null;
}

function connections(tx: Tx, tenantId: string) {
  return tx.db
    .selectFrom('connections')
    .innerJoin('integrations', (join) =>
      join
        .onRef('integrations.tenant_id', '=', 'connections.tenant_id')
        .onRef('integrations.id', '=', 'connections.integration_id'),
    )
    .leftJoin('credentials', (join) =>
      join
        .onRef('credentials.tenant_id', '=', 'connections.tenant_id')
        .onRef('credentials.connection_id', '=', 'connections.id'),
    )
    .select([
      'connections.id',
      'connections.integration_id',
      'integrations.provider',
      'integrations.environment',
      'connections.status',
      'connections.reason',
      'connections.account_id',
      'connections.account_name',
      'connections.metadata',
      'connections.scopes',
      'connections.last_used_at',
      'connections.created_at',
      'connections.updated_at',
      'credentials.expires_at',
      'credentials.refreshed_at',
    ])
    .where('connections.tenant_id', '=', tenantId);
}

export function readConnectionRow(tx: Tx, tenantId: string, id: string): Promise<ConnectionRow | undefined> {
  return connections(tx, tenantId).where('connections.id', '=', id).executeTakeFirst();
}

export function listConnectionRows(
  tx: Tx,
  tenantId: string,
  filter: {
    before?: string | undefined;
    integrationId?: string | undefined;
    status?: string | undefined;
    limit: number;
  },
): Promise<ConnectionRow[]> {
  let query = connections(tx, tenantId);
  if (filter.before !== undefined) query = query.where('connections.id', '<', filter.before);
  if (filter.integrationId !== undefined)
    query = query.where('connections.integration_id', '=', filter.integrationId);
  if (filter.status !== undefined) query = query.where('connections.status', '=', filter.status);
  return query
    .orderBy('connections.id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

/** Connections by the account's id at its provider, of which there may be one in each integration; two at most. */
export function findConnectionRows(
  tx: Tx,
  tenantId: string,
  account: { provider: string; accountId: string; integrationId?: string | undefined },
): Promise<ConnectionRow[]> {
  let query = connections(tx, tenantId)
    .where('integrations.provider', '=', account.provider)
    .where('connections.account_id', '=', account.accountId);
  if (account.integrationId !== undefined)
    query = query.where('connections.integration_id', '=', account.integrationId);
  return query.limit(2).execute();
}

/**
 * Stores an account that has just been authorised. The same account again is the same connection: it keeps its id and
 * with it its syncs, records and settings.
 *
 * @returns the connection's id and whether it is new
 */
export async function upsertConnection(
  tx: Tx,
  tenantId: string,
  connection: {
    integrationId: string;
    accountId: string;
    accountName: string;
    metadata: Record<string, unknown>;
    scopes: string[];
  },
): Promise<{ id: string; isNew: boolean }> {
  const id = newId();
  const row = await tx.db
    .insertInto('connections')
    .values({
      tenant_id: tenantId,
      id,
      integration_id: connection.integrationId,
      status: 'connected',
      account_id: connection.accountId,
      account_name: connection.accountName,
      metadata: JSON.stringify(connection.metadata),
      scopes: connection.scopes,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'integration_id', 'account_id']).doUpdateSet((e) => ({
        status: 'connected',
        reason: null,
        account_name: e.ref('excluded.account_name'),
        metadata: e.ref('excluded.metadata'),
        scopes: e.ref('excluded.scopes'),
        updated_at: new Date(),
      })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id: row.id, isNew: row.id === id };
}

/** @returns false when the connection was in this state for this reason already, or was ended meanwhile */
export async function setConnectionStatus(
  tx: Tx,
  tenantId: string,
  id: string,
  status: 'needs_reconnect' | 'disconnected',
  reason: string | null,
): Promise<boolean> {
  const rows = await tx.db
    .updateTable('connections')
    .set({ status, reason, updated_at: new Date() })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('status', 'not in', [status, 'disconnected'])
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Notes that a connection is in use. To the minute, so that what is used all the time is not written all the time. */
export async function touchConnection(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.query(
    `update connections set last_used_at = now()
      where tenant_id = $1 and id = $2 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [tenantId, id],
    'connections.touch',
  );
}

/** @returns how many there were */
export async function deleteSyncs(tx: Tx, tenantId: string, connectionId: string): Promise<number> {
  const result = await tx.db
    .deleteFrom('syncs')
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
