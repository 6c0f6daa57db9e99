import type { listEventTypes, RouteOutput } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { moveBetweenRows } from '../../ui/move-between-rows.ts';
import { StatusPill } from '../../ui/status-pill.tsx';

export type ListedType = RouteOutput<typeof listEventTypes>['data'][number];

interface EventTypeTableProps {
  rows: readonly ListedType[];
  onOpen: (type: ListedType) => void;
}

/** Types of event; those that somebody defined open. */
export function EventTypeTable({ rows, onOpen }: EventTypeTableProps) {
  return (
    <DataTable
      label={text.app.pages.eventTypes}
      columns={typeColumns(onOpen)}
      rows={rows}
      rowKey={({ type }) => type}
    />
  );
}

function typeColumns(onOpen: (type: ListedType) => void): Column<ListedType>[] {
  return [
    {
      key: 'type',
      label: text.eventTypes.type,
      grow: true,
      cell: (row) => (
        <>
          {row.id === null ? (
            <span className="block truncate font-mono text-sm">{row.type}</span>
          ) : (
            <button
              type="button"
              data-row-link
              onKeyDown={moveBetweenRows}
              onClick={() => onOpen(row)}
              className="block max-w-full truncate rounded-sm text-left font-mono text-sm font-medium after:absolute after:inset-0"
            >
              {row.type}
            </button>
          )}
          <span className="block truncate text-sm text-ink-faint">{row.description}</span>
        </>
      ),
    },
    {
      key: 'origin',
      label: text.eventTypes.origin,
      from: 'sm',
      cell: ({ origin }) => <span className="text-ink-soft">{text.eventTypes.origins[origin]}</span>,
    },
    {
      key: 'state',
      label: text.eventTypes.state,
      cell: ({ archived }) => (
        <StatusPill tone={archived ? 'neutral' : 'good'}>
          {archived ? text.eventTypes.archived : text.eventTypes.inUse}
        </StatusPill>
      ),
    },
  ];
}
