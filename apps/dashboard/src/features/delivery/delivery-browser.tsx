import { listDeliveries, maxPageSize, retryDeliveries } from '@mortise/contract';
import { RotateCw, Send } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../app/me.ts';
import { usePages } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { useNow } from '../../ui/use-now.ts';
import { DeliveryFilters } from './delivery-filters.tsx';
import { deliveryQuery } from './delivery-query.ts';
import { DeliveryTable } from './delivery-table.tsx';

interface DeliveryBrowserProps {
  /** Only those of one webhook; then it need not be chosen or named. */
  webhookId?: string;
  filters: Readonly<Record<string, string | undefined>>;
  onFilter: (change: Record<string, string | undefined>) => void;
}

/** Deliveries with their filters; those that are selected can be sent again together. */
export function DeliveryBrowser({ webhookId, filters, onFilter }: DeliveryBrowserProps) {
  const now = useNow(true, 15_000);
  const query = deliveryQuery({ ...filters, ...(webhookId === undefined ? {} : { webhookId }) }, now);
  const deliveries = usePages(listDeliveries, { query });
  const { webhookId: _, ...others } = query;
  const isFiltered = Object.values(webhookId === undefined ? query : others).some(
    (value) => value !== undefined,
  );
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = deliveries.rows.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  const mayAct = useMay('developer');
  const select = (id: string, on: boolean) =>
    setSelected(new Set(on ? [...chosen, id] : chosen.filter((one) => one !== id)));
  return (
    <>
      <DeliveryFilters webhookId={webhookId} filters={filters} onFilter={onFilter} />
      <Card flush>
        {chosen.length === 0 ? null : (
          <SelectionBar
            chosen={chosen}
            shown={deliveries.rows.map(({ id }) => id)}
            onSelect={(ids) => setSelected(new Set(ids))}
          />
        )}
        <ListBody
          pages={deliveries}
          empty={
            <EmptyState
              icon={<Send />}
              title={isFiltered ? text.delivery.deliveriesNoMatchTitle : text.delivery.deliveriesEmptyTitle}
              description={isFiltered ? text.delivery.deliveriesNoMatch : text.delivery.deliveriesEmpty}
              action={
                isFiltered ? (
                  <Button onClick={() => onFilter(noFilters)}>{text.delivery.clearFilters}</Button>
                ) : undefined
              }
            />
          }
        >
          {(rows) => (
            <DeliveryTable
              rows={rows}
              withWebhook={webhookId === undefined}
              {...(mayAct ? { selection: { isSelected: (id) => selected.has(id), select } } : {})}
            />
          )}
        </ListBody>
      </Card>
    </>
  );
}

const noFilters = Object.fromEntries(
  ['webhookId', 'eventId', 'status', 'type', 'answer', 'span', 'from', 'to'].map((name) => [name, undefined]),
);

interface SelectionBarProps {
  chosen: readonly string[];
  shown: readonly string[];
  onSelect: (ids: readonly string[]) => void;
}

/** What can be done with the deliveries that are selected. */
function SelectionBar({ chosen, shown, onSelect }: SelectionBarProps) {
  const retry = useSend(retryDeliveries, {
    done: ({ queued, skipped }) => text.delivery.retriedMany(queued, skipped),
    also: ['Events'],
    onDone: () => onSelect([]),
  });
  const tooMany = chosen.length > maxPageSize;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-t-xl border-b bg-accent-soft px-4 py-2 sm:px-5">
      <p className="figures flex-1 font-medium whitespace-nowrap" aria-live="polite">
        {text.delivery.selected(chosen.length)}
      </p>
      {tooMany ? <p className="text-sm text-bad">{text.delivery.selectFewer(maxPageSize)}</p> : null}
      <div className="flex flex-wrap gap-2">
        <Button size="sm" variant="ghost" onClick={() => onSelect([])}>
          {text.delivery.selectNone}
        </Button>
        {chosen.length === shown.length ? null : (
          <Button size="sm" variant="ghost" onClick={() => onSelect(shown)}>
            {text.delivery.selectAll}
          </Button>
        )}
        <Button
          size="sm"
          variant="primary"
          icon={<RotateCw aria-hidden />}
          busy={retry.isPending}
          disabled={tooMany}
          onClick={() => retry.mutate({ body: { ids: [...chosen] } })}
        >
          {text.delivery.sendAgain}
        </Button>
      </div>
    </div>
  );
}
