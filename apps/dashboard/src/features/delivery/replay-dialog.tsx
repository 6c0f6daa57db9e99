import { createReplay, listReplays, type Replay, type Webhook } from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useRead } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ReplayFrame } from './replay-frame.tsx';
import { ReplayProgress } from './replay-progress.tsx';
import { SpanFields } from './span-fields.tsx';
import { boundsOf, spans, type Span } from './span.ts';
import { useReplay } from './use-replay.ts';
import { useTypeChoices } from './use-type-choices.ts';

const formId = 'replay-form';

interface ReplayDialogProps {
  webhook: Pick<Webhook, 'id' | 'name' | 'status'>;
  /** What is chosen at first. */
  what?: Replay['what'];
  onClose: () => void;
}

/** Asks what is to be sent again, and then shows it drain. One that runs already is shown at once. */
export function ReplayDialog({ webhook, what = 'missing', onClose }: ReplayDialogProps) {
  const newest = useRead(listReplays, { query: { webhookId: webhook.id, limit: 1 } });
  const [startedId, setStartedId] = useState<string>();
  const latest = newest.data?.data[0];
  const shownId = startedId ?? (latest?.status === 'running' ? latest.id : undefined);
  const replay = useReplay(shownId);
  const [isBusy, setBusy] = useState(false);
  return (
    <ReplayFrame
      title={text.replays.title(webhook.name)}
      lead={text.replays.lead}
      formId={shownId === undefined ? formId : undefined}
      start={text.replays.start}
      isBusy={isBusy || newest.isPending}
      onClose={onClose}
    >
      {shownId === undefined ? (
        <ReplayForm
          webhook={webhook}
          what={what}
          onBusy={setBusy}
          onStarted={(one) => setStartedId(one.id)}
        />
      ) : replay.data === undefined ? (
        <Skeleton className="h-24 w-full" />
      ) : (
        <ReplayProgress replay={replay.data} webhookStatus={webhook.status} />
      )}
    </ReplayFrame>
  );
}

interface ReplayFormProps {
  webhook: ReplayDialogProps['webhook'];
  what: Replay['what'];
  onBusy: (busy: boolean) => void;
  onStarted: (replay: Replay) => void;
}

interface Values {
  webhookId: string;
  what: Replay['what'];
  eventTypes: string[] | undefined;
  from: string | undefined;
  to: string | undefined;
  perSecond: number;
}

function ReplayForm({ webhook, what, onBusy, onStarted }: ReplayFormProps) {
  // What was given up is known to be missing; how far back one wants what never came is for a person to say.
  const [when, setWhen] = useState<{ span: Span; from: string; to: string }>({
    span: what === 'failed' ? 'all' : 'day',
    from: '',
    to: '',
  });
  const [now] = useState(Date.now);
  const form = useForm<Values, typeof createReplay.body>(createReplay.body, {
    webhookId: webhook.id,
    what,
    eventTypes: undefined,
    ...boundsOf(when, now),
    perSecond: 100,
  });
  const start = useSend(createReplay, { ownError: true, onDone: onStarted });
  const type = form.values.eventTypes?.[0] ?? '';
  const types = useTypeChoices(text.replays.allTypes, type);
  const setSpan = (change: Partial<typeof when>) => {
    const next = { ...when, ...change };
    setWhen(next);
    form.setAll(boundsOf(next, Date.now()));
  };
  return (
    <form
      id={formId}
      noValidate
      className="flex flex-col gap-4.5"
      onSubmit={form.submit((body) => {
        onBusy(true);
        return start.mutateAsync({ body }).finally(() => onBusy(false));
      })}
    >
      {webhook.status === 'active' ? null : <Notice tone="warn">{text.replays.pausedHint}</Notice>}
      <ChoiceCards
        label={text.replays.what}
        value={form.values.what}
        choices={createReplay.body.shape.what.unwrap().options.map((value) => ({
          value,
          label: text.replays.whats[value].name,
          hint: text.replays.whats[value].explained,
        }))}
        onChange={(value) => form.set('what', value)}
      />
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
      <Field label={text.replays.types}>
        {(control) => (
          <Select
            {...control}
            value={type}
            choices={types}
            onChange={(value) => form.set('eventTypes', value === '' ? undefined : [value])}
          />
        )}
      </Field>
      <Field label={text.replays.pace} hint={text.replays.paceHint} error={form.errors['perSecond']}>
        {(control) => (
          <Input
            {...control}
            type="number"
            inputMode="numeric"
            min={1}
            max={10_000}
            value={Number.isNaN(form.values.perSecond) ? '' : form.values.perSecond}
            onChange={(change) => form.set('perSecond', change.target.valueAsNumber)}
            className="w-32"
          />
        )}
      </Field>
      <FormError error={form.error} />
    </form>
  );
}
