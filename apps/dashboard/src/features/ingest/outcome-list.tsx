import type { ReceiptOutcome } from '@mortise/contract';
import { ThingLink } from '../../app/thing-link.tsx';
import { text } from '../../messages/index.ts';
import { Facts } from '../../ui/facts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';

const links = (ids: readonly string[]) =>
  ids.length === 0 ? null : (
    <span className="flex flex-col">
      {ids.map((id) => (
        <ThingLink key={id} id={id} />
      ))}
    </span>
  );

/** What came of a receipt, the latest first. */
export function OutcomeList({ outcomes }: { outcomes: readonly ReceiptOutcome[] }) {
  if (outcomes.length === 0) return <p className="text-ink-faint">{text.ingest.noOutcome}</p>;
  return (
    <ol className="flex flex-col divide-y divide-line">
      {outcomes.map((outcome) => (
        <li key={outcome.at} className="py-3 first:pt-0 last:pb-0">
          <div className="mb-1 flex flex-wrap items-center gap-2.5">
            <StatusPill tone={outcome.status === 'processed' ? 'good' : 'bad'}>
              {outcome.status === 'failed'
                ? text.ingest.states.failed
                : outcome.replay
                  ? text.ingest.outcomeReplay
                  : text.ingest.outcomeFirst}
            </StatusPill>
            <RelativeTime at={outcome.at} className="text-sm text-ink-soft" />
          </div>
          {outcome.note === null ? null : <p className="text-pretty text-ink-soft">{outcome.note}</p>}
          <Facts
            rows={[
              [text.ingest.eventsOf, links(outcome.eventIds)],
              [text.ingest.connectionsOf, links(outcome.connectionIds)],
              [text.ingest.syncsOf, links(outcome.syncIds)],
            ]}
          />
        </li>
      ))}
    </ol>
  );
}
