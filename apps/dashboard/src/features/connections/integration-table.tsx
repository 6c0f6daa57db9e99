import type { Integration } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ProviderLogo } from '../../ui/provider-logo.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { EnvironmentBadge } from './environment-badge.tsx';
import { useProviders } from './use-providers.ts';

/** The tenant's integrations, each row leading to its page. */
export function IntegrationTable({ rows }: { rows: readonly Integration[] }) {
  const providers = useProviders();
  return (
    <DataTable
      label={text.connections.mineTitle}
      columns={integrationColumns(providers)}
      rows={rows}
      rowKey={(integration) => integration.id}
    />
  );
}

function integrationColumns({ find, nameOf }: ReturnType<typeof useProviders>): Column<Integration>[] {
  return [
    {
      key: 'integration',
      label: text.connections.integration,
      grow: true,
      cell: (integration) => (
        <span className="flex items-center gap-3">
          <ProviderLogo logo={find(integration.provider)?.logo} name={nameOf(integration.provider)} />
          <span className="min-w-0">
            <RowLink to="/integrations/$id" params={{ id: integration.id }}>
              {integration.name}
            </RowLink>
            <span className="block truncate text-sm text-ink-faint">{nameOf(integration.provider)}</span>
          </span>
        </span>
      ),
    },
    {
      key: 'environment',
      label: text.connections.environment,
      cell: (integration) => <EnvironmentBadge environment={integration.environment} />,
    },
    {
      key: 'accounts',
      label: text.connections.accounts,
      from: 'sm',
      cell: (integration) => (
        <span className="figures text-ink-soft">
          {text.connections.accountCount(integration.connectionCount)}
        </span>
      ),
    },
    {
      key: 'created',
      label: text.connections.created,
      from: 'lg',
      align: 'right',
      cell: (integration) => <RelativeTime at={integration.createdAt} className="text-ink-soft" />,
    },
  ];
}
