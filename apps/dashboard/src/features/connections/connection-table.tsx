import type { Connection } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ProviderLogo } from '../../ui/provider-logo.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import { EnvironmentBadge } from './environment-badge.tsx';
import { useProviders } from './use-providers.ts';

/** Connected accounts, each row leading to its connection. */
export function ConnectionTable({ rows }: { rows: readonly Connection[] }) {
  const providers = useProviders();
  return (
    <DataTable
      label={text.app.pages.connections}
      columns={connectionColumns(providers)}
      rows={rows}
      rowKey={(connection) => connection.id}
    />
  );
}

function connectionColumns({ find, nameOf }: ReturnType<typeof useProviders>): Column<Connection>[] {
  return [
    {
      key: 'account',
      label: text.connections.account,
      grow: true,
      cell: (connection) => (
        <span className="flex items-center gap-3">
          <ProviderLogo logo={find(connection.provider)?.logo} name={nameOf(connection.provider)} />
          <span className="min-w-0">
            <RowLink to="/connections/$id" params={{ id: connection.id }}>
              {connection.accountName}
            </RowLink>
            <span className="block truncate text-sm text-ink-faint">{nameOf(connection.provider)}</span>
          </span>
        </span>
      ),
    },
    {
      key: 'environment',
      label: text.connections.environment,
      from: 'md',
      cell: (connection) => <EnvironmentBadge environment={connection.environment} />,
    },
    {
      key: 'used',
      label: text.connections.lastUsed,
      from: 'lg',
      cell: (connection) =>
        connection.lastUsedAt === null ? (
          <span className="text-ink-faint">{text.ui.never}</span>
        ) : (
          <RelativeTime at={connection.lastUsedAt} className="text-ink-soft" />
        ),
    },
    {
      key: 'status',
      label: text.connections.status,
      cell: (connection) => <ConnectionPill status={connection.status} />,
    },
  ];
}
