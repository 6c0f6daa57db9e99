import { readFileSync } from 'node:fs';
import type {
  Connection,
  InputField as ShownField,
  Integration,
  Provider as ShownProvider,
} from '@mortise/contract';
import type { InputField, Provider } from '@mortise/providers/kit';
import { publicId } from '../kernel/index.ts';
import { featuresOf } from './features.ts';
import type { ConnectionRow, IntegrationRow } from './store.ts';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export function showIntegration(row: IntegrationRow): Integration {
  return {
    id: publicId('integration', row.id),
    provider: row.provider,
    name: row.name,
    environment: row.environment as Integration['environment'],
    clientId: row.client_id,
    hasClientSecret: row.client_secret !== null,
    hosts: row.hosts as Record<string, string>,
    scopes: row.scopes,
    timeoutMs: row.timeout_ms,
    retries: row.retries,
    features: featuresOf(row),
    connectionCount: row.connection_count,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

export function showConnection(row: ConnectionRow): Connection {
  return {
    id: publicId('connection', row.id),
    integrationId: publicId('integration', row.integration_id),
    provider: row.provider,
    environment: row.environment as Connection['environment'],
    status: row.status as Connection['status'],
    reason: row.reason,
    accountId: row.account_id,
    accountName: row.account_name,
    accountMetadata: row.metadata as Connection['accountMetadata'],
    label: row.label,
    metadata: row.own_metadata as Connection['metadata'],
    scopes: row.scopes,
    expiresAt: iso(row.expires_at),
    lastRefreshedAt: iso(row.refreshed_at),
    lastUsedAt: iso(row.last_used_at),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

/** Whether accounts are connected by the integration's own OAuth client, with nobody asked and nothing entered. */
export const isByClient = ({ auth }: Pick<Provider, 'auth'>): boolean =>
  auth.kind === 'oauth2' && auth.grant === 'client_credentials';

const logos = new Map<string, string>();

/** The provider's mark as a data: URL, read once. */
function logoOf(provider: Provider): string {
  let logo = logos.get(provider.id);
  if (logo === undefined) {
    logo = `data:image/svg+xml;base64,${readFileSync(provider.logo).toString('base64')}`;
    logos.set(provider.id, logo);
  }
  return logo;
}

function showField({ name, label, secret, required, help, placeholder, pattern }: InputField): ShownField {
  return {
    name,
    label,
    secret,
    required,
    ...(help === undefined ? {} : { help }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

export function showProvider(provider: Provider, sandbox: boolean): ShownProvider {
  return {
    id: provider.id,
    name: provider.name,
    category: provider.category,
    description: provider.description,
    logo: logoOf(provider),
    authKind: provider.auth.kind,
    connectsBy: isByClient(provider) ? 'client' : provider.auth.kind === 'oauth2' ? 'consent' : 'entry',
    resources: Object.values(provider.resources).map(({ name, label }) => ({ name, label })),
    scopes: provider.auth.kind === 'oauth2' ? [...provider.auth.scopes] : [],
    fields: provider.auth.kind === 'oauth2' ? [] : provider.auth.fields.map(showField),
    inputs: provider.auth.kind === 'oauth2' ? provider.auth.inputs.map(showField) : [],
    hosts: Object.keys(provider.hosts),
    consentCategories: { ...provider.consent?.categories },
    receivesWebhooks: provider.webhooks !== undefined,
    sandbox,
  };
}
