import { createEventType, updateEventType, type EventType } from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { CodeField } from '../../ui/code-field.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { writtenFault } from '../webhook-form/faults.ts';

const formId = 'event-type-form';

interface EventTypeDialogProps {
  /** The one to change; left out for a new one. Its name stays. */
  eventType?: EventType;
  onClose: () => void;
}

interface Values {
  type: string;
  description: string;
  /** What is no JSON stands as its text, which the contract refuses. */
  schema: EventType['schema'] | string;
  examples: EventType['examples'] | string;
}

/** The form of a type of event: what its data must be, and what it looks like. */
export function EventTypeDialog({ eventType, onClose }: EventTypeDialogProps) {
  const [version] = useState(eventType?.version);
  const [schema, setSchema] = useState(eventType?.schema == null ? '' : pretty(eventType.schema));
  const [examples, setExamples] = useState(
    eventType === undefined || eventType.examples.length === 0 ? '' : pretty(eventType.examples),
  );
  const [archived, setArchived] = useState(eventType?.archived ?? false);
  const form = useForm<Values, typeof createEventType.body>(createEventType.body, {
    type: eventType?.type ?? '',
    description: eventType?.description ?? '',
    schema: eventType?.schema ?? null,
    examples: eventType?.examples ?? [],
  });
  const create = useSend(createEventType, { ownError: true, done: text.eventTypes.created, onDone: onClose });
  const update = useSend(updateEventType, { ownError: true, done: text.eventTypes.saved, onDone: onClose });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      place="side"
      title={eventType === undefined ? text.eventTypes.define : text.eventTypes.editTitle(eventType.type)}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {eventType === undefined ? text.eventTypes.create : text.ui.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4.5"
        onSubmit={form.submit(({ type, ...rest }) =>
          eventType === undefined
            ? create.mutateAsync({ body: { type, ...rest } })
            : update.mutateAsync({
                params: { id: eventType.id },
                body: { ...rest, archived },
                ifMatch: version,
              }),
        )}
      >
        {eventType === undefined ? (
          <TextField
            label={text.eventTypes.type}
            hint={text.eventTypes.typeHint}
            name="event-type"
            autoComplete="off"
            value={form.values.type}
            error={form.errors['type']}
            onChange={(type) => form.set('type', type.trim())}
          />
        ) : null}
        <TextField
          label={text.eventTypes.description}
          name="event-type-description"
          autoComplete="off"
          value={form.values.description}
          error={form.errors['description']}
          onChange={(description) => form.set('description', description)}
        />
        <CodeField
          label={text.eventTypes.schema}
          hint={text.eventTypes.schemaHint}
          placeholder={text.eventTypes.schemaExample}
          value={schema}
          fault={writtenFault(schema, form.errors, 'schema')}
          onChange={(next) => {
            setSchema(next);
            form.set('schema', read(next, null));
          }}
        />
        <CodeField
          label={text.eventTypes.examples}
          hint={text.eventTypes.examplesHint}
          placeholder={text.eventTypes.examplesExample}
          value={examples}
          fault={writtenFault(examples, form.errors, 'examples')}
          onChange={(next) => {
            setExamples(next);
            form.set('examples', read(next, []));
          }}
        />
        {eventType === undefined ? null : (
          <Checkbox
            checked={archived}
            onChange={setArchived}
            label={text.eventTypes.inArchive}
            hint={text.eventTypes.inArchiveHint}
          />
        )}
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

function read<T>(written: string, empty: T): T | string {
  if (written.trim() === '') return empty;
  try {
    return JSON.parse(written) as T;
  } catch {
    return written;
  }
}
