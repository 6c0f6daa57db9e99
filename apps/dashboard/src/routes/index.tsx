import { listEvents, readOverview } from '@mortise/contract';
import { useMe } from '../app/me.ts';
import { useRead } from '../app/use-read.ts';
import { EventTable } from '../features/events/event-table.tsx';
import { AttentionCard } from '../features/overview/attention-card.tsx';
import { FigureRow } from '../features/overview/figure-row.tsx';
import { FirstSteps } from '../features/overview/first-steps.tsx';
import { HourChart } from '../features/overview/hour-chart.tsx';
import { UndeliveredSummary } from '../features/overview/undelivered-summary.tsx';
import { text } from '../messages/index.ts';
import { Card } from '../ui/card.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { TextLink } from '../ui/text-link.tsx';

export function Page() {
  const { tenant } = useMe();
  const overview = useRead(readOverview, {});
  const latest = useRead(listEvents, { query: { limit: 6 } });
  return (
    <>
      <PageHeader title={text.app.pages.overview} description={text.overview.lead(tenant?.name ?? '')} />
      <ReadBody read={overview}>
        {(found) => (
          <div className="flex flex-col gap-5">
            <FirstSteps overview={found} />
            <FigureRow overview={found} />
            <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
              <Card title={text.overview.chartTitle} description={text.overview.chartLead}>
                {found.events24h + found.deliveries24h.delivered + found.deliveries24h.failed === 0 ? (
                  <p className="py-14 text-center text-balance text-ink-soft">{text.overview.chartEmpty}</p>
                ) : (
                  <HourChart hours={found.perHour} />
                )}
              </Card>
              {/* On a phone, what needs somebody comes before the figures of the day. */}
              <div className="order-first flex min-w-0 flex-col gap-5 xl:order-none">
                <AttentionCard overview={found} />
                <UndeliveredSummary />
              </div>
            </div>
            <Card
              title={text.overview.recentTitle}
              flush
              actions={<TextLink to="/events">{text.overview.allEvents}</TextLink>}
            >
              <ReadBody read={latest} waiting={<SkeletonRows rows={4} />}>
                {(events) =>
                  events.data.length === 0 ? (
                    <p className="px-4 pb-5 text-ink-soft sm:px-5">{text.overview.recentEmpty}</p>
                  ) : (
                    <EventTable rows={events.data} />
                  )
                }
              </ReadBody>
            </Card>
          </div>
        )}
      </ReadBody>
    </>
  );
}
