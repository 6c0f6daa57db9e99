import type { Delivery } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { DeliveryPill } from './delivery-pill.tsx';

interface Selection {
  isSelected: (id: string) => boolean;
  select: (id: string, on: boolean) => void;
}

interface DeliveryTableProps {
  rows: readonly Delivery[];
  /** Left out where they are all of one. */
  withWebhook: boolean;
  /** Which are selected; left out where none can be. */
  selection?: Selection;
}

/** Deliveries, newest first, each row leading to its delivery. */
export function DeliveryTable({ rows, withWebhook, selection }: DeliveryTableProps) {
  return (
    <DataTable
      label={text.app.pages.deliveries}
      columns={[
        ...(selection === undefined ? [] : [selectColumn(selection)]),
        ...deliveryColumns(withWebhook),
      ]}
      rows={rows}
      rowKey={(delivery) => delivery.id}
    />
  );
}

function selectColumn({ isSelected, select }: Selection): Column<Delivery> {
  return {
    key: 'select',
    label: text.delivery.select,
    quiet: true,
    cell: ({ id, eventType, webhookName }) => (
      <span className="relative z-10 -mr-2 inline-flex align-middle">
        <Checkbox
          checked={isSelected(id)}
          onChange={(on) => select(id, on)}
          label={<span className="sr-only">{text.delivery.selectOne(eventType, webhookName)}</span>}
        />
      </span>
    ),
  };
}

function deliveryColumns(withWebhook: boolean): Column<Delivery>[] {
  const columns: Column<Delivery>[] = [
    {
      key: 'event',
      label: text.delivery.event,
      grow: true,
      cell: (delivery) => (
        <>
          <RowLink to="/deliveries/$id" params={{ id: delivery.id }} className="font-mono text-sm">
            {delivery.eventType}
          </RowLink>
          {delivery.lastError === null || delivery.status === 'delivered' ? (
            <span className="block truncate text-sm text-ink-faint">
              {withWebhook ? text.delivery.to(delivery.webhookName) : delivery.url}
            </span>
          ) : (
            <span className="block truncate text-sm text-bad">{delivery.lastError}</span>
          )}
        </>
      ),
    },
  ];
  if (withWebhook) {
    columns.push({
      key: 'webhook',
      label: text.delivery.webhook,
      from: 'lg',
      cell: (delivery) => (
        <span className="block max-w-48 truncate text-ink-soft">{delivery.webhookName}</span>
      ),
    });
  }
  columns.push(
    {
      key: 'answer',
      label: text.delivery.answer,
      from: 'md',
      align: 'right',
      cell: ({ lastStatusCode, attempts }) => (
        <span className="text-ink-soft">
          {lastStatusCode ?? (attempts === 0 ? null : text.delivery.noAnswer)}
        </span>
      ),
    },
    {
      key: 'attempts',
      label: text.delivery.attempts,
      from: 'lg',
      align: 'right',
      cell: (delivery) => <span className="text-ink-soft">{delivery.attempts}</span>,
    },
    {
      key: 'status',
      label: text.delivery.status,
      cell: (delivery) => <DeliveryPill status={delivery.status} />,
    },
    {
      key: 'when',
      label: text.delivery.when,
      from: 'sm',
      align: 'right',
      cell: (delivery) => <RelativeTime at={delivery.createdAt} className="text-ink-soft" />,
    },
  );
  return columns;
}
