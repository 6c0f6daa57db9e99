import type { SyncedRecord } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { useConnections, type Names } from './use-connections.ts';

/** Records, latest change first, each row leading to its record. */
export function RecordTable({ rows, withAccount }: { rows: readonly SyncedRecord[]; withAccount: boolean }) {
  const names = useConnections();
  return (
    <DataTable
      label={text.app.pages.records}
      columns={recordColumns(names, withAccount)}
      rows={rows}
      rowKey={(record) => record.id}
    />
  );
}

function recordColumns({ accountOf, resourceOf }: Names, withAccount: boolean): Column<SyncedRecord>[] {
  const columns: Column<SyncedRecord>[] = [
    {
      key: 'record',
      label: text.sync.record,
      grow: true,
      cell: (record) => (
        <>
          <span className="flex items-center gap-2">
            <RowLink to="/records/$id" params={{ id: record.id }}>
              {record.title}
            </RowLink>
            {record.deletedAt === null ? null : (
              <StatusPill tone="neutral">{text.sync.deletedPill}</StatusPill>
            )}
          </span>
          {record.subtitle === null ? null : (
            <span className="block truncate text-sm text-ink-faint">{record.subtitle}</span>
          )}
        </>
      ),
    },
    {
      key: 'resource',
      label: text.sync.resource,
      from: 'sm',
      cell: (record) => (
        <span className="text-ink-soft">{resourceOf(record.connectionId, record.resource)}</span>
      ),
    },
  ];
  if (withAccount) {
    columns.push({
      key: 'account',
      label: text.sync.account,
      from: 'lg',
      cell: (record) => (
        <span className="block max-w-60 truncate text-ink-soft">{accountOf(record.connectionId)}</span>
      ),
    });
  }
  columns.push({
    key: 'changed',
    label: text.sync.changed,
    align: 'right',
    cell: (record) => <RelativeTime at={record.changedAt} className="text-ink-soft" />,
  });
  return columns;
}
