import type { UndeliveredGroup, Webhook } from '@mortise/contract';
import { ListFilter } from 'lucide-react';
import { text } from '../../messages/index.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { NextAttempt } from './next-attempt.tsx';
import { UndeliveredAction } from './undelivered-action.tsx';
import { WhyPill } from './why-pill.tsx';

interface UndeliveredRowsProps {
  groups: readonly UndeliveredGroup[];
  /** Whether everything was counted; otherwise the figures say "or more". */
  isComplete: boolean;
  /** Whether their endpoint is spared because it fails. */
  circuit: Webhook['circuit'] | undefined;
  onReplay: () => void;
}

/** What of one webhook has not arrived: a row for each reason, with the way on. */
export function UndeliveredRows({ groups, isComplete, circuit, onReplay }: UndeliveredRowsProps) {
  return (
    <ul className="divide-y border-t">
      {groups.map((group) => (
        <li
          key={group.why}
          className="flex flex-wrap items-start gap-x-5 gap-y-3 px-4 py-3.5 sm:flex-nowrap sm:px-5"
        >
          <p className="figures w-full shrink-0 leading-none sm:w-24">
            <span className="text-xl font-semibold">{text.undelivered.count(group.count, !isComplete)}</span>{' '}
            <span className="text-sm text-ink-faint sm:mt-1 sm:block">
              {text.undelivered.deliveries(group.count)}
            </span>
          </p>
          <div className="min-w-0 flex-1 basis-full sm:basis-0">
            <WhyPill why={group.why} />
            <p className="mt-1.5 text-pretty">{explanationOf(group, circuit)}</p>
            {group.lastError === null ? null : (
              <p className="mt-1 text-pretty text-bad [overflow-wrap:anywhere]">
                <span className="sr-only">{text.undelivered.lastError}: </span>
                {group.lastError}
              </p>
            )}
            <p className="mt-1 flex flex-wrap gap-x-4 text-sm text-ink-faint">
              <span>
                {text.undelivered.oldest} <RelativeTime at={group.oldestAt} />
              </span>
              {group.nextAttemptAt === null || group.why === 'held' ? null : (
                <span>
                  {text.undelivered.nextTry} <NextAttempt at={group.nextAttemptAt} />
                </span>
              )}
            </p>
          </div>
          <div className="flex shrink-0 flex-wrap items-center gap-2 sm:justify-end">
            <LinkButton
              to="/deliveries"
              search={{ webhookId: group.webhookId, status: statuses[group.why] }}
              size="sm"
              variant="ghost"
              icon={<ListFilter aria-hidden />}
              aria-label={text.undelivered.showOf(text.undelivered.reasons[group.why], group.webhookName)}
            >
              {text.undelivered.show}
            </LinkButton>
            <UndeliveredAction group={group} onReplay={onReplay} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The state that deliveries have which have not arrived for a reason; on their way, they may have any. */
const statuses: Record<UndeliveredGroup['why'], string | undefined> = {
  held: 'held',
  failed: 'failed',
  retrying: 'retrying',
  waiting: 'pending',
  sending: undefined,
};

function explanationOf(
  { why, webhookStatus }: UndeliveredGroup,
  circuit: Webhook['circuit'] | undefined,
): string {
  if (webhookStatus === 'deleted') return text.undelivered.ofDeleted;
  if (why === 'held' && webhookStatus === 'disabled') return text.undelivered.heldDisabled;
  const isSpared = circuit !== undefined && circuit.state !== 'closed';
  if (isSpared && (why === 'waiting' || why === 'retrying')) return text.undelivered.spared;
  return text.undelivered.explained[why];
}
