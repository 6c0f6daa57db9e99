import { retryDelivery, type RouteOutput, type readDelivery } from '@mortise/contract';
import { RotateCw, Route } from 'lucide-react';
import { useMay } from '../app/me.ts';
import { ThingLink } from '../app/thing-link.tsx';
import { useId } from '../app/use-page.ts';
import { useSend } from '../app/use-send.ts';
import { AttemptTimeline } from '../features/delivery/attempt-timeline.tsx';
import { DeliveryPill } from '../features/delivery/delivery-pill.tsx';
import { useDelivery } from '../features/delivery/use-delivery.ts';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CodeView } from '../ui/code-view.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Facts } from '../ui/facts.tsx';
import { IdText } from '../ui/id-text.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { TextLink } from '../ui/text-link.tsx';

export function Page() {
  const delivery = useDelivery(useId());
  return <ReadBody read={delivery}>{(found) => <DeliveryPage key={found.id} delivery={found} />}</ReadBody>;
}

function DeliveryPage({ delivery }: { delivery: RouteOutput<typeof readDelivery> }) {
  const { id, eventType, webhookId, webhookName, status, traceId, nextAttemptAt, deliveredAt } = delivery;
  const mayRetry = useMay('developer');
  const isTransformed = delivery.log.some(({ requestBody }) => requestBody !== null);
  const retry = useSend(retryDelivery, { done: text.delivery.retried, also: ['Events'] });
  return (
    <>
      <PageHeader
        title={eventType}
        status={<DeliveryPill status={status} />}
        description={text.delivery.to(webhookName)}
        back={<BackLink to="/deliveries">{text.app.pages.deliveries}</BackLink>}
        actions={
          <>
            <LinkButton to="/traces/$id" params={{ id: traceId }} icon={<Route aria-hidden />}>
              {text.delivery.followTrace}
            </LinkButton>
            {mayRetry && status !== 'held' ? (
              <Button
                variant={status === 'delivered' ? 'secondary' : 'primary'}
                icon={<RotateCw aria-hidden />}
                busy={retry.isPending}
                onClick={() => retry.mutate({ params: { id } })}
              >
                {status === 'delivered' ? text.delivery.sendAgain : text.delivery.retry}
              </Button>
            ) : null}
          </>
        }
      />
      <div className="flex flex-col gap-5">
        {status === 'held' ? (
          <Notice tone="warn" title={text.delivery.heldTitle}>
            {text.delivery.heldText}
          </Notice>
        ) : null}
        {status === 'skipped' ? (
          <Notice tone="info" title={text.delivery.skippedTitle}>
            {delivery.lastError === null ? null : <p>{delivery.lastError}</p>}
            <p className="text-ink-soft">{text.delivery.skippedText}</p>
          </Notice>
        ) : null}
        {status === 'failed' ? (
          <Notice tone="bad" title={text.delivery.failedTitle}>
            {delivery.lastError === null ? null : <p>{delivery.lastError}</p>}
            <p className="text-ink-soft">{text.delivery.failedText}</p>
          </Notice>
        ) : null}
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-5">
            <Card title={text.delivery.timeline} flush>
              <AttemptTimeline attempts={delivery.log} body={delivery.body} nextAttemptAt={nextAttemptAt} />
            </Card>
            <Card
              title={text.delivery.bodyTitle}
              description={isTransformed ? text.delivery.bodyTransformed : text.delivery.bodyText}
              actions={
                <CopyButton value={delivery.body} label={text.delivery.copyBodyLabel}>
                  {text.delivery.copyBody}
                </CopyButton>
              }
            >
              <CodeView value={delivery.body} label={text.delivery.body} />
            </Card>
          </div>
          <Card title={text.delivery.detailsTitle}>
            <Facts
              rows={[
                [
                  text.delivery.webhook,
                  <TextLink key="webhook" to="/webhooks/$id" params={{ id: webhookId }}>
                    {webhookName}
                  </TextLink>,
                ],
                [text.delivery.address, delivery.url],
                [text.delivery.event, <ThingLink key="event" id={delivery.eventId} />],
                [text.delivery.created, <RelativeTime key="created" at={delivery.createdAt} />],
                [
                  text.delivery.deliveredAt,
                  deliveredAt === null ? null : <RelativeTime key="delivered" at={deliveredAt} />,
                ],
                [text.delivery.id, <IdText key="id" value={id} />],
                [text.delivery.trace, <IdText key="trace" value={traceId} />],
              ]}
            />
          </Card>
        </div>
      </div>
    </>
  );
}
