import type { Connection } from '@mortise/contract';
import { PlugZap } from 'lucide-react';
import { useMay } from '../../app/me.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ProviderLogo } from '../../ui/provider-logo.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { accountTitle } from './account-title.ts';
import { ConnectionPill } from './connection-pill.tsx';
import { EnvironmentBadge } from './environment-badge.tsx';
import { reconnectionOf } from './account-request.ts';
import { useConnectAccount } from './use-connect-account.tsx';
import { useProviders } from './use-providers.ts';

/** Connected accounts, each row leading to its connection. */
export function ConnectionTable({ rows }: { rows: readonly Connection[] }) {
  const providers = useProviders();
  const { connect, isBusy, dialog } = useConnectAccount();
  const mayConnect = useMay('developer');
  const mend = mayConnect
    ? { isBusy, start: (connection: Connection) => connect(reconnectionOf(connection)) }
    : undefined;
  return (
    <>
      <DataTable
        label={text.app.pages.connections}
        columns={connectionColumns(providers, mend)}
        rows={rows}
        rowKey={(connection) => connection.id}
      />
      {dialog}
    </>
  );
}

interface Mend {
  isBusy: boolean;
  start: (connection: Connection) => void;
}

function connectionColumns(
  { find, nameOf }: ReturnType<typeof useProviders>,
  mend: Mend | undefined,
): Column<Connection>[] {
  return [
    {
      key: 'account',
      label: text.connections.account,
      grow: true,
      cell: (connection) => (
        <span className="flex items-start gap-3">
          <ProviderLogo logo={find(connection.provider)?.logo} name={nameOf(connection.provider)} />
          <span className="min-w-0">
            <RowLink to="/connections/$id" params={{ id: connection.id }}>
              {accountTitle(connection)}
            </RowLink>
            <span className="block truncate text-sm text-ink-faint">
              {nameOf(connection.provider)}
              {connection.label === null ? null : `, ${connection.accountName}`}
            </span>
            <span className="mt-1.5 block sm:hidden">
              <ConnectionPill status={connection.status} />
            </span>
            {connection.status === 'needs_reconnect' ? (
              <span className="mt-1.5 flex flex-col items-start gap-2 text-sm text-pretty text-bad">
                {connection.reason}
                {mend === undefined ? null : (
                  <Button
                    size="sm"
                    className="relative z-10"
                    icon={<PlugZap aria-hidden />}
                    aria-label={text.connections.reconnectOf(accountTitle(connection))}
                    busy={mend.isBusy}
                    onClick={() => mend.start(connection)}
                  >
                    {text.connections.reconnect}
                  </Button>
                )}
              </span>
            ) : null}
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
      from: 'sm',
      cell: (connection) => <ConnectionPill status={connection.status} />,
    },
  ];
}
