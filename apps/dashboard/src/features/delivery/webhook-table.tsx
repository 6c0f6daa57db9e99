import type { Webhook } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { CircuitPill } from './circuit-pill.tsx';
import { everything } from './event-choice.ts';
import { WebhookPill } from './webhook-pill.tsx';

const columns: readonly Column<Webhook>[] = [
  {
    key: 'webhook',
    label: text.delivery.webhook,
    grow: true,
    cell: (webhook) => (
      <>
        <RowLink to="/webhooks/$id" params={{ id: webhook.id }}>
          {webhook.name}
        </RowLink>
        <span className="block truncate text-sm text-ink-faint">{webhook.url}</span>
      </>
    ),
  },
  {
    key: 'events',
    label: text.delivery.events,
    from: 'md',
    cell: ({ events }) => (
      <span className="block max-w-64 truncate text-ink-soft">
        {events.includes(everything) ? (
          text.delivery.everything
        ) : events.length <= 2 ? (
          <span className="font-mono text-sm">{events.join(', ')}</span>
        ) : (
          text.delivery.eventsShort(events.length)
        )}
      </span>
    ),
  },
  {
    key: 'status',
    label: text.delivery.status,
    cell: (webhook) => (
      <span className="flex flex-wrap justify-end gap-1.5 sm:justify-start">
        {webhook.circuit.state === 'closed' || webhook.status !== 'active' ? (
          <WebhookPill status={webhook.status} />
        ) : (
          <CircuitPill webhook={webhook} />
        )}
      </span>
    ),
  },
  {
    key: 'created',
    label: text.delivery.created,
    from: 'lg',
    align: 'right',
    cell: (webhook) => <RelativeTime at={webhook.createdAt} className="text-ink-soft" />,
  },
];

/** Webhooks, each row leading to its page. */
export function WebhookTable({ rows }: { rows: readonly Webhook[] }) {
  return (
    <DataTable
      label={text.app.pages.webhooks}
      columns={columns}
      rows={rows}
      rowKey={(webhook) => webhook.id}
    />
  );
}
