import { cancelReceiptReplay, type ReceiptReplay, type Source } from '@mortise/contract';
import { CircleStop } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../app/me.ts';
import { useSend } from '../../app/use-send.ts';
import { locale, text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Measure } from '../../ui/measure.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useNow } from '../../ui/use-now.ts';
import { isDraining, replayPace } from '../delivery/replay-pace.ts';
import { ReplayPill } from '../delivery/replay-pill.tsx';

interface ReceiptReplayProgressProps {
  replay: ReceiptReplay;
  /** The source's state: a paused one lets nothing be processed. */
  sourceStatus: Source['status'];
}

/** How a replay of receipts goes on, to be watched and cancelled: how many of how many are done, and how many failed. */
export function ReceiptReplayProgress({ replay, sourceStatus }: ReceiptReplayProgressProps) {
  const isOpen = isDraining(replay);
  const now = useNow(isOpen);
  const mayAct = useMay('developer');
  const [asking, setAsking] = useState(false);
  const cancel = useSend(cancelReceiptReplay, {
    done: text.receiptReplays.cancelled,
    onDone: () => setAsking(false),
  });
  const { share, restMs } = replayPace(replay, now);
  const whole = new Intl.NumberFormat(locale);
  const done = replay.processed + replay.failed;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="figures text-lg font-medium" aria-live="polite">
          {replay.status === 'running'
            ? text.receiptReplays.looking(done, replay.queued)
            : text.receiptReplays.done(done, replay.queued)}
        </p>
        <ReplayPill replay={replay} draining={text.receiptReplays.draining} />
      </div>
      <Progress label={text.receiptReplays.progressOf} done={Math.round(share * 1000)} total={1000} />
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Measure name={text.receiptReplays.processed}>{whole.format(replay.processed)}</Measure>
        <Measure name={text.receiptReplays.failed}>
          <span className={replay.failed > 0 ? 'text-bad' : undefined}>{whole.format(replay.failed)}</span>
        </Measure>
        <Measure name={text.receiptReplays.waiting}>
          {whole.format(replay.waiting)}
          {isOpen && restMs !== null ? (
            <span className="block text-sm font-normal text-ink-faint">
              {text.replays.restAbout(durationText(Math.max(1, Math.round(restMs / 1000)) * 1000, locale))}
            </span>
          ) : null}
        </Measure>
        {replay.dropped > 0 ? (
          <Measure name={text.receiptReplays.dropped}>{whole.format(replay.dropped)}</Measure>
        ) : null}
      </dl>
      {isOpen && sourceStatus === 'paused' ? (
        <Notice tone="warn">{text.receiptReplays.heldText}</Notice>
      ) : null}
      {replay.reason === null ? null : <p className="text-ink-soft">{replay.reason}</p>}
      {isOpen || replay.status !== 'done' ? null : (
        <p className="text-ink-soft">
          {replay.queued === 0 ? text.receiptReplays.nothing : text.receiptReplays.doneText(replay.processed)}
        </p>
      )}
      {isOpen && replay.status !== 'cancelled' && mayAct ? (
        <Button className="self-start" icon={<CircleStop aria-hidden />} onClick={() => setAsking(true)}>
          {text.receiptReplays.cancel}
        </Button>
      ) : null}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={text.receiptReplays.cancelTitle}
        description={text.receiptReplays.cancelText}
        confirm={text.receiptReplays.cancel}
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate({ params: { id: replay.id } })}
      />
    </div>
  );
}
