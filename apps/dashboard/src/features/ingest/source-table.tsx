import type { Source } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { SourcePill } from './source-pill.tsx';

const columns: readonly Column<Source>[] = [
  {
    key: 'source',
    label: text.ingest.source,
    grow: true,
    cell: (source) => (
      <>
        <RowLink to="/sources/$id" params={{ id: source.id }}>
          {source.name}
        </RowLink>
        <span className="block truncate text-sm text-ink-faint">
          {source.eventType ?? text.ingest.schemes[source.scheme.type]}
        </span>
      </>
    ),
  },
  {
    key: 'scheme',
    label: text.ingest.scheme,
    from: 'md',
    cell: ({ scheme }) => <span className="text-ink-soft">{text.ingest.schemes[scheme.type]}</span>,
  },
  { key: 'status', label: text.ingest.status, cell: (source) => <SourcePill status={source.status} /> },
  {
    key: 'created',
    label: text.ingest.created,
    from: 'lg',
    align: 'right',
    cell: (source) => <RelativeTime at={source.createdAt} className="text-ink-soft" />,
  },
];

/** Sources, each row leading to its page. */
export function SourceTable({ rows }: { rows: readonly Source[] }) {
  return (
    <DataTable label={text.app.pages.sources} columns={columns} rows={rows} rowKey={(source) => source.id} />
  );
}
