import { readWebhook, type Replay, type UndeliveredGroup } from '@mortise/contract';
import { RotateCcw } from 'lucide-react';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { CircuitPill } from './circuit-pill.tsx';
import { UndeliveredRows } from './undelivered-rows.tsx';
import { WebhookPill } from './webhook-pill.tsx';

interface UndeliveredCardProps {
  /** All of one webhook. */
  groups: readonly [UndeliveredGroup, ...UndeliveredGroup[]];
  isComplete: boolean;
  /** Opens the dialog of a replay. Not kept here: the card is gone as soon as everything has arrived. */
  onReplay: (what: Replay['what']) => void;
}

/** One webhook with what has not arrived there. */
export function UndeliveredCard({ groups, isComplete, onReplay }: UndeliveredCardProps) {
  const mayAct = useMay('developer');
  const { webhookId, webhookName, webhookStatus } = groups[0];
  const headingId = `undelivered-${webhookId}`;
  const isThere = webhookStatus !== 'deleted';
  const { data: webhook } = useRead(readWebhook, { params: { id: webhookId } }, { enabled: isThere });
  return (
    <section
      aria-labelledby={headingId}
      className="min-w-0 rounded-xl border border-line bg-surface shadow-card"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h2 id={headingId} className="text-lg font-semibold [overflow-wrap:anywhere]">
            {isThere ? (
              <TextLink to="/webhooks/$id" params={{ id: webhookId }}>
                {webhookName}
              </TextLink>
            ) : (
              text.undelivered.deletedWebhook
            )}
          </h2>
          {isThere ? <WebhookPill status={webhookStatus} /> : null}
          {webhook === undefined ? null : <CircuitPill webhook={webhook} />}
        </div>
        {mayAct && isThere ? (
          <Button
            size="sm"
            icon={<RotateCcw aria-hidden />}
            aria-label={text.undelivered.replayOf(webhookName)}
            onClick={() => onReplay('missing')}
          >
            {text.replays.open}
          </Button>
        ) : null}
      </div>
      <UndeliveredRows
        groups={groups}
        isComplete={isComplete}
        circuit={webhook?.circuit}
        onReplay={() => onReplay('failed')}
      />
    </section>
  );
}
