import { startReceiptReplay, type ReceiptReplay, type Source } from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ReplayFrame } from '../delivery/replay-frame.tsx';
import { SpanFields } from '../delivery/span-fields.tsx';
import { boundsOf, spans, type Span } from '../delivery/span.ts';
import { ReceiptReplayProgress } from './receipt-replay-progress.tsx';
import { useReceiptReplay } from './use-receipt-replay.ts';

const formId = 'receipt-replay-form';
/** Nothing is kept for longer. */
const keptMs = 31 * 86_400_000;

interface ReceiptReplayDialogProps {
  source: Pick<Source, 'id' | 'name' | 'status'>;
  onClose: () => void;
}

/** Asks what of a source is to be processed again, and then shows how it goes. */
export function ReceiptReplayDialog({ source, onClose }: ReceiptReplayDialogProps) {
  const [startedId, setStartedId] = useState<string>();
  const replay = useReceiptReplay(startedId);
  const [isBusy, setBusy] = useState(false);
  return (
    <ReplayFrame
      title={text.receiptReplays.title(source.name)}
      lead={text.receiptReplays.lead}
      formId={startedId === undefined ? formId : undefined}
      start={text.receiptReplays.start}
      isBusy={isBusy}
      onClose={onClose}
    >
      {startedId === undefined ? (
        <ReplayForm source={source} onBusy={setBusy} onStarted={({ id }) => setStartedId(id)} />
      ) : replay.data === undefined ? (
        <Skeleton className="h-24 w-full" />
      ) : (
        <ReceiptReplayProgress replay={replay.data} sourceStatus={source.status} />
      )}
    </ReplayFrame>
  );
}

interface ReplayFormProps {
  source: ReceiptReplayDialogProps['source'];
  onBusy: (busy: boolean) => void;
  onStarted: (replay: ReceiptReplay) => void;
}

interface When {
  span: Span;
  from: string;
  to: string;
}

/** A span with both its ends: where one is open, as far as anything can be. */
function endsOf(when: When, nowMs: number): { from: string; to: string } {
  const { from, to } = boundsOf(when, nowMs);
  return { from: from ?? new Date(nowMs - keptMs).toISOString(), to: to ?? new Date(nowMs).toISOString() };
}

/** The same as of the moment of the call. */
const endsNow = (when: When) => endsOf(when, Date.now());

function ReplayForm({ source, onBusy, onStarted }: ReplayFormProps) {
  const [when, setWhen] = useState<When>({ span: 'day', from: '', to: '' });
  const [openedAt] = useState(Date.now);
  const form = useForm(startReceiptReplay.body, {
    sourceId: source.id,
    failedOnly: false,
    ...endsOf(when, openedAt),
  });
  const start = useSend(startReceiptReplay, { ownError: true, onDone: onStarted });
  const setSpan = (change: Partial<When>) => {
    const next = { ...when, ...change };
    setWhen(next);
    form.setAll(endsNow(next));
  };
  return (
    <form
      id={formId}
      noValidate
      className="flex flex-col gap-4.5"
      onSubmit={form.submit((body) => {
        onBusy(true);
        // Until now, and not until the dialog was opened.
        const ends = endsNow(when);
        return start.mutateAsync({ body: { ...body, ...ends } }).finally(() => onBusy(false));
      })}
    >
      <Field label={text.replays.span} error={form.errors['from']}>
        {(control) => (
          <Select
            {...control}
            value={when.span}
            choices={spans.map((value) => ({ value, label: text.replays.spans[value] }))}
            onChange={(span) => setSpan({ span })}
          />
        )}
      </Field>
      {when.span === 'own' ? (
        <SpanFields from={when.from} to={when.to} error={form.errors['to']} onChange={setSpan} />
      ) : null}
      <Checkbox
        label={text.receiptReplays.failedOnly}
        hint={text.receiptReplays.failedOnlyHint}
        checked={form.values.failedOnly}
        onChange={(failedOnly) => form.set('failedOnly', failedOnly)}
      />
      <FormError error={form.error} />
    </form>
  );
}
