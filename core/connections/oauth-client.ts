import type { IntegrationFeatures } from '@mortise/contract';
import { resolveHosts, type Hosts, type OAuthClient, type Provider } from '@mortise/providers/kit';
import type { Tx } from '@mortise/platform/database';
import { MortiseError } from '../kernel/index.ts';
import type { Place, Vault } from '../vault/index.ts';
import { featuresOf } from './features.ts';
import type { ProviderRegistry } from './ports.ts';
import type { IntegrationRow } from './store.ts';

export const clientSecretPlace = (tenantId: string, integrationId: string): Place => ({
  tenantId,
  table: 'integrations',
  row: integrationId,
  field: 'client_secret',
});

/** What of an integration says where its calls go. */
export type ReachRow = Pick<
  IntegrationRow,
  'id' | 'provider' | 'environment' | 'client_id' | 'client_secret' | 'hosts'
>;

/** Where a provider is reached for an integration, and as whom. */
export interface ProviderReach {
  provider: Provider;
  hosts: Hosts;
  /** Absent where the provider needs none. */
  client?: OAuthClient;
}

/** What a connection's calls need to know of its integration. */
export interface ProviderTarget extends ProviderReach {
  settings: CallSettings;
}

/** How an integration wants its calls made. null: as the product does. */
export interface CallSettings {
  timeoutMs: number | null;
  retries: number | null;
  features: IntegrationFeatures;
  /** Of the integration that all of this was read from. */
  version: number;
}

/**
 * Where an integration's calls go and as which OAuth client. Order of precedence: what the integration states, then
 * the emulator's for the sandbox environment, then the provider's own hosts.
 *
 * @param inputs what was asked before the account was connected: it fills `{name}` in hosts
 * @throws MortiseError unprocessable when the provider is not installed or its sandbox does not run
 */
export async function reachOf(
  tx: Tx,
  deps: { vault: Vault; registry: ProviderRegistry },
  tenantId: string,
  integration: ReachRow,
  inputs: Readonly<Record<string, string>> = {},
): Promise<ProviderReach> {
  const provider = deps.registry.find(integration.provider);
  if (provider === undefined) {
    throw new MortiseError('unprocessable', {
      detail: `The provider ${integration.provider} is not installed here.`,
    });
  }
  const sandbox = integration.environment === 'sandbox' ? deps.registry.sandbox(provider.id) : undefined;
  if (integration.environment === 'sandbox' && sandbox === undefined) {
    throw new MortiseError('unprocessable', {
      detail: 'The sandbox does not run here: set MORTISE_SANDBOX=on.',
    });
  }
  const own = integration.hosts as Record<string, string>;
  const hosts = resolveHosts(provider.hosts, { ...sandbox?.hosts, ...own }, { ...inputs });
  const secret =
    integration.client_secret === null
      ? undefined
      : await deps.vault.open(tx, clientSecretPlace(tenantId, integration.id), integration.client_secret);
  const client =
    integration.client_id === null || secret === undefined
      ? sandbox?.client
      : { id: integration.client_id, secret };
  return { provider, hosts, ...(client === undefined ? {} : { client }) };
}

/** The same with how the integration wants its calls made. Takes and throws what `reachOf` does. */
export async function targetOf(
  tx: Tx,
  deps: { vault: Vault; registry: ProviderRegistry },
  tenantId: string,
  integration: IntegrationRow,
  inputs: Readonly<Record<string, string>> = {},
): Promise<ProviderTarget> {
  const { timeout_ms: timeoutMs, retries, version } = integration;
  const settings = { timeoutMs, retries, features: featuresOf(integration), version };
  return { ...(await reachOf(tx, deps, tenantId, integration, inputs)), settings };
}
