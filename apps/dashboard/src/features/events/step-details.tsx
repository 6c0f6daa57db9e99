import type { ReactNode } from 'react';
import { ThingLink } from '../../app/thing-link.tsx';
import { locale, text } from '../../messages/index.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { Facts } from '../../ui/facts.tsx';
import { absoluteText, durationText } from '../../ui/moment-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { TraceStep } from './trace-steps.ts';

/** What a step shows when it is opened. */
export function StepDetails({ step }: { step: TraceStep }) {
  switch (step.kind) {
    case 'request':
      return (
        <Details
          rows={[
            [text.trace.at, absoluteText(new Date(step.request.at), locale)],
            [
              text.trace.action,
              <code key="action" className="font-mono text-sm">
                {step.request.action}
              </code>,
            ],
            [text.trace.actor, step.request.actor.name],
            [
              text.trace.about,
              step.request.subject === null ? null : <ThingLink key="about" id={step.request.subject} />,
            ],
          ]}
        >
          {Object.keys(step.request.details).length === 0 ? null : (
            <CodeView value={step.request.details} label={text.trace.details} maxHeight="16rem" />
          )}
        </Details>
      );
    case 'run': {
      const { run } = step;
      const figures = new Intl.NumberFormat(locale);
      return (
        <Details
          rows={[
            [text.trace.open, <ThingLink key="open" id={run.id} />],
            [text.trace.mode, run.mode],
            [text.trace.fetched, figures.format(run.fetched)],
            [text.trace.unchanged, figures.format(run.unchanged)],
            [text.trace.pages, figures.format(run.pages)],
            [text.trace.error, run.error],
          ]}
        />
      );
    }
    case 'event':
      return (
        <Details
          rows={[
            [text.trace.open, <ThingLink key="open" id={step.event.id} />],
            [
              text.trace.about,
              step.event.subject === null ? null : <ThingLink key="about" id={step.event.subject} />,
            ],
          ]}
        >
          <CodeView
            value={step.event.data}
            label={text.events.payloadOf(step.event.type)}
            maxHeight="20rem"
          />
        </Details>
      );
    case 'delivery': {
      const { delivery } = step;
      return (
        <Details
          rows={[
            [text.trace.open, <ThingLink key="open" id={delivery.id} />],
            [text.trace.url, delivery.url],
            [text.trace.error, delivery.lastError],
            [
              text.trace.next,
              delivery.nextAttemptAt === null ? null : (
                <RelativeTime key="next" at={delivery.nextAttemptAt} />
              ),
            ],
          ]}
        />
      );
    }
    case 'attempt': {
      const { attempt } = step;
      return (
        <Details
          rows={[
            [text.trace.at, absoluteText(new Date(attempt.startedAt), locale)],
            [text.trace.took, durationText(attempt.durationMs, locale)],
            [
              text.trace.answer,
              attempt.statusCode === null ? text.trace.noAnswer : text.trace.statusCode(attempt.statusCode),
            ],
            [text.trace.error, attempt.error],
          ]}
        />
      );
    }
  }
}

function Details({
  rows,
  children,
}: {
  rows: readonly (readonly [string, ReactNode])[];
  children?: ReactNode;
}) {
  return (
    <div className="flex flex-col gap-3 pb-4">
      <Facts rows={rows} />
      {children}
    </div>
  );
}
