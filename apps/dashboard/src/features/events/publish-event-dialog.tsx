import {
  listEventTypes,
  publishEvent,
  readEventType,
  type PublishedEvent,
  type PublishInput,
} from '@mortise/contract';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useRead } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { CodeField } from '../../ui/code-field.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { writtenFault } from '../webhook-form/faults.ts';

const formId = 'publish-form';

/** Publishes an event of a type of one's own by hand. */
export function PublishEventDialog({ onClose }: { onClose: () => void }) {
  const types = useRead(listEventTypes, {});
  const own = (types.data?.data ?? []).filter(
    ({ origin, archived }) => !archived && (origin === 'tenant' || origin === 'shared'),
  );
  const [published, setPublished] = useState<PublishedEvent>();
  const publish = useSend(publishEvent, { ownError: true, also: ['Webhooks'], onDone: setPublished });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      place="side"
      title={text.eventTypes.publishTitle}
      description={text.eventTypes.publishText}
      footer={
        published === undefined ? (
          <>
            <Button onClick={onClose}>{text.ui.cancel}</Button>
            <Button
              variant="primary"
              type="submit"
              form={formId}
              icon={<Send aria-hidden />}
              busy={publish.isPending}
              disabled={own.length === 0}
            >
              {text.eventTypes.publishNow}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setPublished(undefined)}>{text.eventTypes.again}</Button>
            <LinkButton to="/events/$id" params={{ id: published.id }} variant="primary">
              {text.eventTypes.openEvent}
            </LinkButton>
          </>
        )
      }
    >
      {published === undefined ? (
        types.data === undefined ? null : own.length === 0 ? (
          <Notice tone="info">{text.eventTypes.noOwn}</Notice>
        ) : (
          <PublishForm
            types={own.map(({ type, id }) => ({ type, id }))}
            onPublish={(body) => publish.mutateAsync({ body })}
          />
        )
      ) : (
        <Notice tone="good" title={text.eventTypes.publishedTitle}>
          {text.eventTypes.published(published.deliveryCount)}
        </Notice>
      )}
    </Dialog>
  );
}

interface PublishFormProps {
  types: readonly { type: string; id: string | null }[];
  onPublish: (body: PublishInput) => Promise<unknown>;
}

interface Values {
  type: string;
  subject: string | null;
  data: Record<string, unknown> | string;
}

function PublishForm({ types, onPublish }: PublishFormProps) {
  const form = useForm<Values, typeof publishEvent.body>(publishEvent.body, {
    type: types[0]?.type ?? '',
    subject: null,
    data: {},
  });
  const id = types.find(({ type }) => type === form.values.type)?.id ?? null;
  const chosen = useRead(readEventType, { params: { id: id ?? '' } }, { enabled: id !== null });
  const example = chosen.data?.examples[0];
  // Until somebody writes, what stands there is the type's first example.
  const [written, setWritten] = useState<string>();
  const shown = written ?? JSON.stringify(example ?? {}, null, 2);
  return (
    <form
      id={formId}
      noValidate
      className="flex flex-col gap-4.5"
      onSubmit={form.submit((body) =>
        onPublish({ ...body, data: written === undefined ? (example ?? {}) : body.data }),
      )}
    >
      <Field label={text.eventTypes.type}>
        {(control) => (
          <Select
            {...control}
            value={form.values.type}
            choices={types.map(({ type }) => ({ value: type, label: type }))}
            onChange={(type) => {
              setWritten(undefined);
              form.setAll({ type, data: {} });
            }}
          />
        )}
      </Field>
      <TextField
        label={text.eventTypes.subject}
        hint={text.eventTypes.subjectHint}
        name="publish-subject"
        autoComplete="off"
        value={form.values.subject ?? ''}
        error={form.errors['subject']}
        onChange={(subject) => form.set('subject', subject === '' ? null : subject)}
      />
      <CodeField
        label={text.eventTypes.data}
        value={shown}
        fault={writtenFault(shown, form.errors, 'data')}
        onChange={(next) => {
          setWritten(next);
          form.set('data', objectOf(next));
        }}
      />
      <FormError error={form.error} />
    </form>
  );
}

/** What is written as JSON; the text itself, which the contract refuses, where it is none. */
function objectOf(written: string): Values['data'] {
  try {
    return JSON.parse(written) as Record<string, unknown>;
  } catch {
    return written;
  }
}
