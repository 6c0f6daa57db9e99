import type { Receipt } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { ReceiptPill } from './receipt-pill.tsx';

function columnsOf(withSource: boolean): readonly Column<Receipt>[] {
  return [
    {
      key: 'request',
      label: text.ingest.request,
      grow: true,
      cell: (receipt) => (
        <>
          <RowLink to="/receipts/$id" params={{ id: receipt.id }}>
            {withSource && receipt.sourceName !== '' ? receipt.sourceName : text.ingest.from(receipt.address)}
          </RowLink>
          {receipt.error === null && receipt.verdict !== 'refused' ? (
            <span className="block truncate text-sm text-ink-faint">
              {receipt.dedupeKey ?? text.ingest.bytes(receipt.bodyBytes.toLocaleString(locale))}
            </span>
          ) : (
            <span className="block truncate text-sm text-bad">{receipt.error ?? receipt.reason}</span>
          )}
        </>
      ),
    },
    {
      key: 'address',
      label: text.ingest.address,
      from: 'lg',
      cell: ({ address }) => <span className="font-mono text-sm text-ink-soft">{address}</span>,
    },
    {
      key: 'state',
      label: text.ingest.status,
      cell: (receipt) => <ReceiptPill receipt={receipt} />,
    },
    {
      key: 'when',
      label: text.ingest.when,
      from: 'sm',
      align: 'right',
      cell: (receipt) => <RelativeTime at={receipt.receivedAt} className="text-ink-soft" />,
    },
  ];
}

/** Receipts, newest first, each row leading to its receipt. */
export function ReceiptTable({ rows, withSource }: { rows: readonly Receipt[]; withSource: boolean }) {
  return (
    <DataTable
      label={text.app.pages.receipts}
      columns={columnsOf(withSource)}
      rows={rows}
      rowKey={(receipt) => receipt.id}
    />
  );
}
