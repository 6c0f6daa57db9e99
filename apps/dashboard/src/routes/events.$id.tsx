import { readEvent } from '@mortise/contract';
import { Route } from 'lucide-react';
import { ThingLink } from '../app/thing-link.tsx';
import { useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { EventDeliveries } from '../features/events/event-deliveries.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Card } from '../ui/card.tsx';
import { CodeView } from '../ui/code-view.tsx';
import { Facts } from '../ui/facts.tsx';
import { IdText } from '../ui/id-text.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

export function Page() {
  const event = useRead(readEvent, { params: { id: useId() } });
  return (
    <ReadBody read={event}>
      {(found) => (
        <>
          <PageHeader
            title={found.type}
            back={<BackLink to="/events">{text.app.pages.events}</BackLink>}
            actions={
              <LinkButton
                to="/traces/$id"
                params={{ id: found.traceId }}
                search={{ subject: found.subject ?? undefined }}
                icon={<Route aria-hidden />}
              >
                {text.events.openTrace}
              </LinkButton>
            }
          />
          <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
            <div className="flex min-w-0 flex-col gap-5">
              <Card title={text.events.payload}>
                <CodeView value={found.data} label={text.events.payloadOf(found.type)} />
              </Card>
              <EventDeliveries eventId={found.id} />
            </div>
            <Card title={text.events.details}>
              <Facts
                rows={[
                  [text.events.occurredAt, <RelativeTime key="at" at={found.occurredAt} />],
                  [
                    text.events.subject,
                    found.subject === null ? null : <ThingLink key="subject" id={found.subject} />,
                  ],
                  [text.events.boundFor, text.events.deliveryCount(found.deliveryCount)],
                  [text.events.id, <IdText key="id" value={found.id} />],
                  [text.events.trace, <IdText key="trace" value={found.traceId} />],
                ]}
              />
            </Card>
          </div>
        </>
      )}
    </ReadBody>
  );
}
