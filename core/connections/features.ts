import type { IntegrationFeatures } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import type { Provider } from '@mortise/providers/kit';
import { MortiseError } from '../kernel/index.ts';
import { readConnectionRow, readIntegrationRow, type GivenFeatures, type IntegrationRow } from './store.ts';

/** What a connection is to be used for, where its integration may have that switched off. */
export type Use = 'proxy' | 'webhooks' | { resource: string };

export function featuresOf(
  row: Pick<IntegrationRow, 'resources' | 'proxy_on' | 'webhooks_on'>,
): IntegrationFeatures {
  return { resources: row.resources, proxy: row.proxy_on, webhooks: row.webhooks_on };
}

/** Names of features that the provider does not have: they would silently do nothing. Pure. */
export function unknownResources(provider: Provider, features: GivenFeatures | undefined): string[] {
  return (features?.resources ?? []).filter((name) => !Object.hasOwn(provider.resources, name));
}

/** Pure. @throws MortiseError feature_off, with what to do */
export function judgeUse({ resources, proxy, webhooks }: IntegrationFeatures, use: Use | undefined): void {
  const off = (what: string) => {
    throw new MortiseError('feature_off', {
      detail: `${what} switched off in the settings of this integration. Switch it on there to go on.`,
    });
  };
  if (use === undefined) return;
  if (use === 'proxy') return proxy ? undefined : off('The proxy is');
  if (use === 'webhooks') return webhooks ? undefined : off('Taking in webhooks is');
  if (resources !== null && !resources.includes(use.resource)) off(`Syncing ${use.resource} is`);
}

/**
 * For the rooms above, where they keep something that a use would follow from.
 *
 * @param connectionId bare
 * @throws MortiseError feature_off, or not_found
 */
export async function requireUse(tx: Tx, tenantId: string, connectionId: string, use: Use): Promise<void> {
  const connection = await readConnectionRow(tx, tenantId, connectionId);
  const integration =
    connection === undefined ? undefined : await readIntegrationRow(tx, tenantId, connection.integration_id);
  if (integration === undefined)
    throw new MortiseError('not_found', { detail: 'There is no such connection.' });
  judgeUse(featuresOf(integration), use);
}
