import { cancelReplay, type Replay, type Webhook } from '@mortise/contract';
import { CircleStop } from 'lucide-react';
import { useMay } from '../../app/me.ts';
import { useSend } from '../../app/use-send.ts';
import { locale, text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Measure } from '../../ui/measure.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useNow } from '../../ui/use-now.ts';
import { isDraining, replayPace } from './replay-pace.ts';
import { ReplayPill } from './replay-pill.tsx';

interface ReplayProgressProps {
  replay: Replay;
  /** The webhook's state: one that is not active lets nothing out. */
  webhookStatus: Webhook['status'];
}

/** How a replay drains, to be watched: what was looked at, what is queued, what still waits, and how fast. */
export function ReplayProgress({ replay, webhookStatus }: ReplayProgressProps) {
  const isOpen = isDraining(replay);
  const now = useNow(isOpen);
  const mayAct = useMay('developer');
  const cancel = useSend(cancelReplay, { done: text.replays.cancelled });
  const { settled, share, perSecond, restMs } = replayPace(replay, now);
  const whole = new Intl.NumberFormat(locale);
  const rate = new Intl.NumberFormat(locale, { maximumFractionDigits: perSecond < 10 ? 1 : 0 });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="figures text-lg font-medium" aria-live="polite">
          {text.replays.drained(settled, replay.queued)}
        </p>
        <ReplayPill replay={replay} />
      </div>
      <Progress
        label={text.replays.progressOf(replay.webhookName)}
        done={Math.round(share * 1000)}
        total={1000}
      />
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Measure name={text.replays.looked}>{whole.format(replay.looked)}</Measure>
        <Measure name={text.replays.queued}>{whole.format(replay.queued)}</Measure>
        <Measure name={text.replays.waiting}>{whole.format(replay.waiting)}</Measure>
        {isOpen ? (
          <Measure name={text.replays.rate}>
            {rate.format(perSecond)}
            {restMs === null ? null : (
              <span className="block text-sm font-normal text-ink-faint">
                {text.replays.restAbout(durationText(Math.max(1, Math.round(restMs / 1000)) * 1000, locale))}
              </span>
            )}
          </Measure>
        ) : null}
      </dl>
      {isOpen && webhookStatus !== 'active' ? <Notice tone="warn">{text.replays.heldText}</Notice> : null}
      {replay.reason === null ? null : <p className="text-ink-soft">{replay.reason}</p>}
      {isOpen || replay.status !== 'done' ? null : (
        <p className="text-ink-soft">
          {replay.queued === 0 ? text.replays.nothing : text.replays.doneText(replay.queued)}
        </p>
      )}
      {replay.status === 'running' && mayAct ? (
        <Button
          className="self-start"
          icon={<CircleStop aria-hidden />}
          busy={cancel.isPending}
          onClick={() => cancel.mutate({ params: { id: replay.id } })}
        >
          {text.replays.cancel}
        </Button>
      ) : null}
    </div>
  );
}
