import { locale, text } from '../../messages/index.ts';
import type { Tone } from '../../ui/status-pill.tsx';
import { actionText } from '../audit/action-text.ts';
import { runTones } from '../sync/run-tone.ts';
import { attemptTones, deliveryTones } from './delivery-tone.ts';
import type { TraceStep } from './trace-steps.ts';

export interface StepWords {
  title: string;
  note: string | undefined;
  /** The state, where the step has one. */
  status: { tone: Tone; label: string; live?: boolean } | undefined;
}

/** What one step of a trace says in its line. */
export function stepWords(step: TraceStep): StepWords {
  switch (step.kind) {
    case 'request':
      return {
        title: actionText(step.request.action),
        note: text.trace.by(step.request.actor.name),
        status: undefined,
      };
    case 'run': {
      const { run } = step;
      return {
        title: text.trace.runTitle(run.resource),
        note: text.trace.runNote(
          ...([run.created, run.updated, run.deleted].map(figures) as [string, string, string]),
        ),
        status: {
          tone: runTones[run.status],
          label: text.trace.runStatus[run.status],
          live: run.status === 'running',
        },
      };
    }
    case 'event':
      return { title: step.event.type, note: undefined, status: undefined };
    case 'delivery': {
      const { delivery } = step;
      return {
        title: text.trace.deliveryTitle(delivery.webhookName),
        note: undefined,
        status: { tone: deliveryTones[delivery.status], label: text.events.deliveryStatus[delivery.status] },
      };
    }
    case 'attempt': {
      const { attempt } = step;
      const answer =
        attempt.outcome === 'skipped'
          ? text.events.deliveryStatus.skipped
          : attempt.statusCode === null
            ? text.trace.noAnswer
            : text.trace.statusCode(attempt.statusCode);
      return {
        title: text.trace.attemptTitle(attempt.number),
        note: undefined,
        status: { tone: attemptTones[attempt.outcome], label: answer },
      };
    }
  }
}

function figures(n: number): string {
  return new Intl.NumberFormat(locale).format(n);
}
