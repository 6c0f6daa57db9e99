import { deliveryStatus, listDeliveries, listWebhooks, type Delivery } from '@mortise/contract';
import { Send } from 'lucide-react';
import { usePages, useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChip } from '../../ui/filter-chip.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { Select } from '../../ui/select.tsx';
import { DeliveryTable } from './delivery-table.tsx';

interface DeliveryBrowserProps {
  /** Only those of one webhook; then it need not be chosen or named. */
  webhookId?: string;
  filters: Readonly<Record<string, string | undefined>>;
  onFilter: (change: Record<string, string | undefined>) => void;
}

/** Deliveries with their filters. */
export function DeliveryBrowser({ webhookId, filters, onFilter }: DeliveryBrowserProps) {
  const status = deliveryStatus.safeParse(filters['status']).data;
  const webhook = webhookId ?? filters['webhookId'];
  const { eventId } = filters;
  const deliveries = usePages(listDeliveries, { query: { status, eventId, webhookId: webhook } });
  const webhooks = useRead(listWebhooks, { query: { limit: 200 } }, { enabled: webhookId === undefined });
  const isFiltered =
    status !== undefined || eventId !== undefined || (webhookId === undefined && webhook !== undefined);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <Select<Delivery['status'] | ''>
          aria-label={text.delivery.status}
          value={status ?? ''}
          className="w-full sm:w-48"
          choices={[
            { value: '', label: text.delivery.allStatuses },
            ...deliveryStatus.options.map((value) => ({ value, label: text.events.deliveryStatus[value] })),
          ]}
          onChange={(value) => onFilter({ status: value === '' ? undefined : value })}
        />
        {webhookId === undefined ? (
          <Select
            aria-label={text.delivery.webhook}
            value={webhook ?? ''}
            className="w-full sm:w-60"
            choices={[
              { value: '', label: text.delivery.allWebhooks },
              ...(webhooks.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(value) => onFilter({ webhookId: value === '' ? undefined : value })}
          />
        ) : null}
        {eventId === undefined ? null : (
          <FilterChip onClear={() => onFilter({ eventId: undefined })}>
            {text.delivery.ofEvent(eventId)}
          </FilterChip>
        )}
      </div>
      <Card flush>
        <ListBody
          pages={deliveries}
          empty={
            <EmptyState
              icon={<Send />}
              title={isFiltered ? text.delivery.deliveriesNoMatchTitle : text.delivery.deliveriesEmptyTitle}
              description={isFiltered ? text.delivery.deliveriesNoMatch : text.delivery.deliveriesEmpty}
            />
          }
        >
          {(rows) => <DeliveryTable rows={rows} withWebhook={webhookId === undefined} />}
        </ListBody>
      </Card>
    </>
  );
}
