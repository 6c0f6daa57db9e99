import type { Provider } from '@mortise/providers/kit';
import type { Tx } from '@mortise/platform/database';
import type { Vault } from '../vault/index.ts';
import { targetOf } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import { readIntegrationRow } from './store.ts';

/** What receiving an integration's webhooks needs to know of it. */
export interface WebhookTarget {
  provider: Provider;
  name: string;
  environment: string;
  /** Whether the integration takes webhooks in at all: it may have that switched off. */
  takesWebhooks: boolean;
  /** The secrets that the sandbox's provider signs with; empty outside of it. */
  sandboxSecrets: readonly string[];
  /** Of the OAuth client; undefined where there is none. */
  clientSecret: string | undefined;
}

/**
 * @param integrationId bare
 * @returns undefined when there is no such integration
 * @throws MortiseError unprocessable when its provider is not installed or its sandbox does not run; VaultError
 */
export async function readWebhookTarget(
  tx: Tx,
  deps: { vault: Vault; registry: ProviderRegistry },
  tenantId: string,
  integrationId: string,
): Promise<WebhookTarget | undefined> {
  const row = await readIntegrationRow(tx, tenantId, integrationId);
  if (row === undefined) return undefined;
  const { provider, client } = await targetOf(tx, deps, tenantId, row);
  const sandbox = row.environment === 'sandbox' ? deps.registry.sandbox(provider.id) : undefined;
  return {
    provider,
    name: row.name,
    environment: row.environment,
    takesWebhooks: row.webhooks_on,
    sandboxSecrets: sandbox?.webhookSecrets ?? [],
    clientSecret: client?.secret,
  };
}

/** An account that a delivery is about. Ids are bare. */
export interface DeliveryAccount {
  integrationId: string;
  accountId: string;
  connectionId: string;
}

/** The connections of these accounts, ended ones left out. */
export function readAccountConnections(
  tx: Tx,
  tenantId: string,
  accounts: readonly { integrationId: string; accountId: string }[],
): Promise<DeliveryAccount[]> {
  return tx.query<DeliveryAccount & Record<string, unknown>>(
    `select distinct c.integration_id as "integrationId", c.account_id as "accountId", c.id as "connectionId"
       from unnest($2::uuid[], $3::text[]) as a (integration_id, account_id)
       join connections c on c.tenant_id = $1 and c.integration_id = a.integration_id and c.account_id = a.account_id
      where c.status <> 'disconnected'`,
    [tenantId, accounts.map((one) => one.integrationId), accounts.map((one) => one.accountId)],
    'connections.ofAccounts',
  );
}

/** The one connection of an integration, bare; undefined when it has none or several. */
export async function readOnlyConnection(
  tx: Tx,
  tenantId: string,
  integrationId: string,
): Promise<string | undefined> {
  const rows = await tx.query<{ id: string }>(
    `select id from connections where tenant_id = $1 and integration_id = $2 and status <> 'disconnected' limit 2`,
    [tenantId, integrationId],
  );
  return rows.length === 1 ? rows[0]?.id : undefined;
}
