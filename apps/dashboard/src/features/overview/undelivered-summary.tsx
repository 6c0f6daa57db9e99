import { Link } from '@tanstack/react-router';
import { ChevronRight, MailWarning } from 'lucide-react';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { useUndelivered } from '../delivery/use-undelivered.ts';

const mostShown = 4;

/** How much has not been delivered, by webhook. Nothing where all has arrived. */
export function UndeliveredSummary() {
  const { data: undelivered } = useUndelivered();
  if (undelivered === undefined || undelivered.data.length === 0) return null;
  const { data, isComplete } = undelivered;
  const total = data.reduce((sum, group) => sum + group.count, 0);
  const webhooks = [...Map.groupBy(data, ({ webhookId }) => webhookId)];
  return (
    <Card
      title={text.undelivered.title}
      description={text.undelivered.total(total, !isComplete)}
      actions={<TextLink to="/undelivered">{text.undelivered.all}</TextLink>}
      flush
    >
      <ul className="divide-y border-t">
        {webhooks.slice(0, mostShown).map(([webhookId, groups]) => (
          <li key={webhookId}>
            <Link
              to="/undelivered"
              className="flex items-start gap-3 px-4 py-2.5 -outline-offset-2 hover:bg-sunken sm:px-5"
            >
              <MailWarning className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
              <span className="min-w-0 flex-1">
                <span className="block font-medium [overflow-wrap:anywhere]">
                  {groups[0]?.webhookName === '' ? text.undelivered.deletedWebhook : groups[0]?.webhookName}
                </span>
                <span className="figures block text-sm text-ink-faint">
                  {groups
                    .map(({ why, count }) => text.undelivered.byReason(text.undelivered.reasons[why], count))
                    .join(', ')}
                </span>
              </span>
              <ChevronRight className="mt-1 size-4 shrink-0 text-ink-faint" aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
