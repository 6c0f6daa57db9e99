import { listDeliveries, type Delivery } from '@mortise/contract';
import { Send } from 'lucide-react';
import { usePages } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { deliveryTones } from './delivery-tone.ts';

const columns: readonly Column<Delivery>[] = [
  {
    key: 'webhook',
    label: text.events.webhook,
    grow: true,
    cell: (delivery) => (
      <>
        <RowLink to="/deliveries/$id" params={{ id: delivery.id }}>
          {delivery.webhookName}
        </RowLink>
        <p className="truncate text-sm text-ink-faint">{delivery.url}</p>
      </>
    ),
  },
  {
    key: 'status',
    label: text.events.status,
    cell: (delivery) => (
      <StatusPill tone={deliveryTones[delivery.status]} live={delivery.status === 'retrying'}>
        {text.events.deliveryStatus[delivery.status]}
      </StatusPill>
    ),
  },
  {
    key: 'attempts',
    label: text.events.attempts,
    from: 'sm',
    align: 'right',
    cell: (delivery) => delivery.attempts,
  },
  {
    key: 'when',
    label: text.events.when,
    from: 'md',
    align: 'right',
    cell: (delivery) => (
      <RelativeTime at={delivery.deliveredAt ?? delivery.createdAt} className="text-ink-soft" />
    ),
  },
];

/** Where one event went. */
export function EventDeliveries({ eventId }: { eventId: string }) {
  const deliveries = usePages(listDeliveries, { query: { eventId } });
  return (
    <Card title={text.events.deliveriesTitle} flush>
      <ListBody
        pages={deliveries}
        empty={
          <EmptyState
            icon={<Send />}
            title={text.events.noDeliveriesTitle}
            description={text.events.noDeliveries}
          />
        }
      >
        {(rows) => (
          <DataTable
            label={text.events.deliveriesTitle}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
          />
        )}
      </ListBody>
    </Card>
  );
}
