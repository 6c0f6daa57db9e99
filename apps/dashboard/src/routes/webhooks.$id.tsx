import { readWebhook, type Webhook } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../app/me.ts';
import { useFilters, useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { DeliveryBrowser } from '../features/delivery/delivery-browser.tsx';
import { everything } from '../features/delivery/event-choice.ts';
import { WebhookActions } from '../features/delivery/webhook-actions.tsx';
import { WebhookPill } from '../features/delivery/webhook-pill.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { Facts } from '../ui/facts.tsx';
import { IdText } from '../ui/id-text.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

export function Page() {
  const webhook = useRead(readWebhook, { params: { id: useId() } });
  return <ReadBody read={webhook}>{(found) => <WebhookPage key={found.id} webhook={found} />}</ReadBody>;
}

function WebhookPage({ webhook }: { webhook: Webhook }) {
  const { id, name, url, events, status, reason } = webhook;
  const filters = useFilters();
  const navigate = useNavigate();
  const mayAct = useMay('developer');
  return (
    <>
      <PageHeader
        title={name}
        status={<WebhookPill status={status} />}
        description={<span className="[overflow-wrap:anywhere]">{url}</span>}
        back={<BackLink to="/webhooks">{text.app.pages.webhooks}</BackLink>}
        actions={mayAct ? <WebhookActions webhook={webhook} /> : undefined}
      />
      <div className="flex flex-col gap-5">
        {status === 'paused' ? (
          <Notice tone="info" title={text.delivery.pausedTitle}>
            {text.delivery.pausedText}
          </Notice>
        ) : null}
        {status === 'disabled' ? (
          <Notice tone="bad" title={text.delivery.disabledTitle}>
            {reason === null ? null : <p>{reason}</p>}
            <p>{text.delivery.disabledText}</p>
          </Notice>
        ) : null}
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.8fr)_minmax(0,1fr)]">
          <section aria-labelledby="deliveries" className="min-w-0">
            <h2 id="deliveries" className="mb-3 text-lg font-semibold">
              {text.delivery.deliveriesTitle}
            </h2>
            <DeliveryBrowser
              webhookId={id}
              filters={filters}
              onFilter={(change) =>
                void navigate({
                  to: '/webhooks/$id',
                  params: { id },
                  search: { ...filters, ...change },
                  replace: true,
                })
              }
            />
          </section>
          <Card title={text.delivery.settingsTitle} className="max-xl:row-start-1">
            <Facts
              rows={[
                [
                  text.delivery.events,
                  events.includes(everything) ? (
                    text.delivery.everything
                  ) : (
                    <span key="events" className="flex flex-wrap gap-1.5">
                      {events.map((one) => (
                        <Badge key={one} mono>
                          {one}
                        </Badge>
                      ))}
                    </span>
                  ),
                ],
                [text.delivery.signing, text.delivery.signingText],
                [text.delivery.created, <RelativeTime key="created" at={webhook.createdAt} />],
                [text.delivery.changed, <RelativeTime key="changed" at={webhook.updatedAt} />],
                [text.delivery.id, <IdText key="id" value={id} />],
              ]}
            />
          </Card>
        </div>
      </div>
    </>
  );
}
