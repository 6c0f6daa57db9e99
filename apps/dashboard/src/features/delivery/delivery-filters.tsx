import { deliveryStatus, listWebhooks, type Delivery } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { FilterChip } from '../../ui/filter-chip.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select } from '../../ui/select.tsx';
import { SpanFields } from './span-fields.tsx';
import { spanOf, spans } from './span.ts';
import { useTypeChoices } from './use-type-choices.ts';

interface DeliveryFiltersProps {
  /** Deliveries of one webhook; then it need not be chosen. */
  webhookId?: string | undefined;
  filters: Readonly<Record<string, string | undefined>>;
  onFilter: (change: Record<string, string | undefined>) => void;
}

/** What the deliveries shown have in common. */
export function DeliveryFilters({ webhookId, filters, onFilter }: DeliveryFiltersProps) {
  const webhooks = useRead(listWebhooks, { query: { limit: 200 } }, { enabled: webhookId === undefined });
  const types = useTypeChoices(text.delivery.allTypes, filters['type'] ?? '');
  const span = spanOf(filters['span']);
  const given = (value: string) => (value === '' ? undefined : value);
  return (
    <div className="mb-4 flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3 sm:flex sm:flex-wrap sm:items-center">
        <Select<Delivery['status'] | ''>
          aria-label={text.delivery.status}
          value={deliveryStatus.safeParse(filters['status']).data ?? ''}
          className="sm:w-36"
          choices={[
            { value: '', label: text.delivery.allStatuses },
            ...deliveryStatus.options.map((value) => ({ value, label: text.events.deliveryStatus[value] })),
          ]}
          onChange={(value) => onFilter({ status: given(value) })}
        />
        {webhookId === undefined ? (
          <Select
            aria-label={text.delivery.webhook}
            value={filters['webhookId'] ?? ''}
            className="sm:w-44"
            choices={[
              { value: '', label: text.delivery.allWebhooks },
              ...(webhooks.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(value) => onFilter({ webhookId: given(value) })}
          />
        ) : null}
        <Select
          aria-label={text.delivery.type}
          value={filters['type'] ?? ''}
          className="sm:w-44"
          choices={types}
          onChange={(value) => onFilter({ type: given(value) })}
        />
        <Select
          aria-label={text.delivery.span}
          value={span}
          className="sm:w-36"
          choices={spans.map((value) => ({ value, label: text.delivery.spans[value] }))}
          onChange={(value) =>
            onFilter({ span: value === 'all' ? undefined : value, from: undefined, to: undefined })
          }
        />
        <SearchInput
          label={text.delivery.answerCode}
          placeholder={text.delivery.answerCodeExample}
          value={filters['answer'] ?? ''}
          className="sm:w-48"
          onSearch={(value) => onFilter({ answer: given(value) })}
        />
      </div>
      {span === 'own' ? (
        <div className="max-w-lg">
          <SpanFields from={filters['from'] ?? ''} to={filters['to'] ?? ''} onChange={onFilter} />
        </div>
      ) : null}
      {filters['eventId'] === undefined ? null : (
        <FilterChip onClear={() => onFilter({ eventId: undefined })}>{text.delivery.ofOneEvent}</FilterChip>
      )}
    </div>
  );
}
