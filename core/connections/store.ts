import type { IntegrationFeatures } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';

export interface IntegrationRow {
  id: string;
  provider: string;
  name: string;
  environment: string;
  client_id: string | null;
  client_secret: Buffer | null;
  hosts: object;
  scopes: string[] | null;
  timeout_ms: number | null;
  retries: number | null;
  resources: string[] | null;
  proxy_on: boolean;
  webhooks_on: boolean;
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
  'integrations.timeout_ms',
  'integrations.retries',
  'integrations.resources',
  'integrations.proxy_on',
  'integrations.webhooks_on',
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
  timeoutMs?: number | null | undefined;
  retries?: number | null | undefined;
  features?: GivenFeatures | undefined;
}

/** Those that are left out stay as they are. */
export type GivenFeatures = { [K in keyof IntegrationFeatures]?: IntegrationFeatures[K] | undefined };

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
      timeout_ms: row.timeoutMs ?? null,
      retries: row.retries ?? null,
      resources: row.features?.resources ?? null,
      proxy_on: row.features?.proxy ?? true,
      webhooks_on: row.features?.webhooks ?? true,
    })
    .execute();
}

export async function updateIntegrationRow(
  tx: Tx,
  tenantId: string,
  id: string,
  values: IntegrationValues,
): Promise<void> {
  const { features } = values;
  await tx.db
    .updateTable('integrations')
    .set((e) => ({
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values.clientId === undefined ? {} : { client_id: values.clientId }),
      ...(values.clientSecret === undefined ? {} : { client_secret: values.clientSecret }),
      ...(values.hosts === undefined ? {} : { hosts: JSON.stringify(values.hosts) }),
      ...(values.scopes === undefined ? {} : { scopes: values.scopes }),
      ...(values.timeoutMs === undefined ? {} : { timeout_ms: values.timeoutMs }),
      ...(values.retries === undefined ? {} : { retries: values.retries }),
      ...(features?.resources === undefined ? {} : { resources: features.resources }),
      ...(features?.proxy === undefined ? {} : { proxy_on: features.proxy }),
      ...(features?.webhooks === undefined ? {} : { webhooks_on: features.webhooks }),
      version: e('version', '+', 1),
      updated_at: new Date(),
    }))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

/**
 * The version that an integration is at, read without what it holds: whether what was read of it before still stands.
 *
 * @returns undefined when it is gone
 */
export async function readIntegrationVersion(
  tx: Tx,
  tenantId: string,
  id: string,
): Promise<number | undefined> {
  const [row] = await tx.query<{ version: number }>(
    'select version from integrations where tenant_id = $1 and id = $2',
    [tenantId, id],
    'integrations.version',
  );
  return row?.version;
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
  label: string | null;
  own_metadata: object;
  version: number;
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
      'connections.label',
      'connections.own_metadata',
      'connections.version',
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

/**
 * Holds a connection as it is until the transaction ends; what is read after that is what it is. Whoever changes a
 * connection together with its credential holds the connection first: in two orders, two of them would wait for each
 * other, and what one has just stored the other would not see.
 */
export async function holdConnection(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.query('select from connections where tenant_id = $1 and id = $2 for no key update', [
    tenantId,
    id,
  ]);
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

/**
 * Writes what the tenant notes on a connection. `updated_at` stays: from it is counted how old a token is that has not
 * been renewed yet.
 *
 * @param values.over the version that was read, where it matters
 * @returns false when it is at another version by now, or gone
 */
export async function updateConnectionRow(
  tx: Tx,
  tenantId: string,
  id: string,
  values: {
    label?: string | null | undefined;
    metadata?: Record<string, string> | undefined;
    over: number | undefined;
  },
): Promise<boolean> {
  let query = tx.db
    .updateTable('connections')
    .set((e) => ({
      ...(values.label === undefined ? {} : { label: values.label }),
      ...(values.metadata === undefined ? {} : { own_metadata: JSON.stringify(values.metadata) }),
      version: e('version', '+', 1),
    }))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id);
  if (values.over !== undefined) query = query.where('version', '=', values.over);
  return (await query.returning('id').execute()).length > 0;
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
