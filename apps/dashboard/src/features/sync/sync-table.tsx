import type { Sync } from '@mortise/contract';
import { useMay } from '../../app/me.ts';
import { locale, text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ProviderLogo } from '../../ui/provider-logo.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { scheduleText } from './schedules.ts';
import { SyncMenu } from './sync-menu.tsx';
import { SyncPill } from './sync-state.tsx';
import { useConnections, type Names } from './use-connections.ts';

/** Syncs, each row leading to the connection it belongs to. */
export function SyncTable({ rows }: { rows: readonly Sync[] }) {
  const names = useConnections();
  const mayAct = useMay('developer');
  return (
    <DataTable
      label={text.app.pages.syncs}
      columns={syncColumns(names, mayAct)}
      rows={rows}
      rowKey={(sync) => sync.id}
    />
  );
}

function syncColumns(names: Names, mayAct: boolean): Column<Sync>[] {
  const { find, accountOf, logoOf, nameOf, resourceOf } = names;
  const labelOf = (sync: Sync) => resourceOf(sync.connectionId, sync.resource);
  const columns: Column<Sync>[] = [
    {
      key: 'resource',
      label: text.sync.resource,
      grow: true,
      cell: (sync) => (
        <span className="flex items-center gap-3">
          <ProviderLogo logo={logoOf(sync.connectionId)} name={nameOf(sync.provider)} />
          <span className="min-w-0">
            <RowLink to="/connections/$id" params={{ id: sync.connectionId }}>
              {labelOf(sync)}
            </RowLink>
            <span className="block truncate text-sm text-ink-faint">{accountOf(sync.connectionId)}</span>
          </span>
        </span>
      ),
    },
    {
      key: 'records',
      label: text.sync.records,
      from: 'sm',
      align: 'right',
      cell: (sync) => new Intl.NumberFormat(locale).format(sync.recordCount),
    },
    {
      key: 'schedule',
      label: text.sync.schedule,
      from: 'lg',
      cell: (sync) => <span className="text-ink-soft">{scheduleText(sync.everyMinutes)}</span>,
    },
    {
      key: 'last',
      label: text.sync.lastRun,
      from: 'md',
      cell: (sync) =>
        sync.lastRunAt === null ? null : <RelativeTime at={sync.lastRunAt} className="text-ink-soft" />,
    },
    { key: 'status', label: text.sync.status, cell: (sync) => <SyncPill sync={sync} /> },
  ];
  if (mayAct) {
    columns.push({
      key: 'actions',
      label: text.sync.actions,
      quiet: true,
      cell: (sync) => (
        <SyncMenu
          sync={sync}
          label={labelOf(sync)}
          isOffline={(find(sync.connectionId)?.status ?? 'connected') !== 'connected'}
        />
      ),
    });
  }
  return columns;
}
