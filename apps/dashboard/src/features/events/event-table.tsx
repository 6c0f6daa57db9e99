import type { MortiseEvent } from '@mortise/contract';
import { ThingLink } from '../../app/thing-link.tsx';
import { text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';

const columns: readonly Column<MortiseEvent>[] = [
  {
    key: 'type',
    label: text.events.type,
    grow: true,
    cell: (event) => (
      <RowLink to="/events/$id" params={{ id: event.id }} className="font-mono text-sm">
        {event.type}
      </RowLink>
    ),
  },
  {
    key: 'subject',
    label: text.events.subject,
    from: 'md',
    cell: (event) => (event.subject === null ? null : <ThingLink id={event.subject} short />),
  },
  {
    key: 'deliveries',
    label: text.events.deliveries,
    from: 'lg',
    align: 'right',
    cell: (event) => <span className="text-ink-soft">{text.events.deliveryCount(event.deliveryCount)}</span>,
  },
  {
    key: 'when',
    label: text.events.when,
    align: 'right',
    cell: (event) => <RelativeTime at={event.occurredAt} className="text-ink-soft" />,
  },
];

/** Events, each row leading to its event. */
export function EventTable({ rows }: { rows: readonly MortiseEvent[] }) {
  return (
    <DataTable label={text.app.pages.events} columns={columns} rows={rows} rowKey={(event) => event.id} />
  );
}
