import { readTrace, type Trace } from '@mortise/contract';
import { Route } from 'lucide-react';
import { useMemo } from 'react';
import { useFilters, useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { TraceTimeline } from '../features/events/trace-timeline.tsx';
import { traceSteps } from '../features/events/trace-steps.ts';
import { locale, text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { IdText } from '../ui/id-text.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { absoluteText, durationText } from '../ui/moment-text.ts';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';

export function Page() {
  const id = useId();
  const { subject } = useFilters();
  const trace = useRead(readTrace, { params: { traceId: id }, query: { subject } });
  return (
    <>
      <PageHeader
        title={text.trace.title}
        description={<IdText value={id} />}
        back={<BackLink to="/events">{text.app.pages.events}</BackLink>}
        actions={
          <LinkButton to="/events" search={{ traceId: id }}>
            {text.trace.allEvents}
          </LinkButton>
        }
      />
      {subject === undefined ? null : (
        <div className="mb-5">
          <Notice
            tone="info"
            action={
              <LinkButton to="/traces/$id" params={{ id }} search={{}} size="sm">
                {text.trace.wholeTrace}
              </LinkButton>
            }
          >
            {text.trace.onlySubject(subject)}
          </Notice>
        </div>
      )}
      <ReadBody read={trace}>{(found) => <Timeline trace={found} />}</ReadBody>
    </>
  );
}

function Timeline({ trace }: { trace: Trace }) {
  const line = useMemo(() => traceSteps(trace), [trace]);
  const { events } = trace;
  const summary = [
    absoluteText(new Date(trace.startedAt), locale),
    durationText(line.totalMs, locale),
    text.trace.stepCount(line.steps.length),
  ];
  return (
    <Card
      title={text.trace.timeline}
      description={<span className="figures">{summary.join(' · ')}</span>}
      flush
    >
      {line.steps.length === 0 ? (
        <EmptyState icon={<Route />} title={text.trace.emptyTitle} description={text.trace.empty} />
      ) : (
        <div className="border-t">
          <TraceTimeline line={line} />
        </div>
      )}
      {events.count > events.first.length ? (
        <p className="figures border-t px-4 py-3 text-sm text-ink-faint sm:px-5">
          {text.trace.shownOf(events.first.length, events.count, text.trace.event)}
        </p>
      ) : null}
    </Card>
  );
}
