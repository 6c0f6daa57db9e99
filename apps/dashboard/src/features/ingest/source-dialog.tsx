import { createSource, updateSource, type RouteOutput, type Scheme, type Source } from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { newScheme } from './new-scheme.ts';
import { SchemeFields } from './scheme-fields.tsx';

const formId = 'source-form';

interface SourceDialogProps {
  /** The one to change; left out for a new one. */
  source?: Source;
  onClose: () => void;
  /** A new one, with the secret that is shown once. */
  onCreated?: (created: RouteOutput<typeof createSource>) => void;
}

interface Values {
  name: string;
  scheme: Scheme;
  eventType: string | undefined;
  secret: string | undefined;
  allow: string[];
  forward: boolean;
}

/** Texts apart by commas or white space. */
const listOf = (given: string) => given.split(/[\s,]+/).filter((part) => part !== '');

/** The form of a source, new or there already. */
export function SourceDialog({ source, onClose, onCreated }: SourceDialogProps) {
  // The version that the fields were filled from, and not the one that a live update has brought since.
  const [version] = useState(source?.version);
  const [allow, setAllow] = useState((source?.allow ?? []).join(', '));
  const form = useForm<Values, typeof createSource.body>(createSource.body, {
    name: source?.name ?? '',
    scheme: source?.scheme ?? newScheme('standard'),
    eventType: source?.eventType ?? undefined,
    secret: undefined,
    allow: source?.allow ?? [],
    forward: source?.forward ?? true,
  });
  const create = useSend(createSource, {
    ownError: true,
    ...(onCreated === undefined ? {} : { onDone: onCreated }),
  });
  const update = useSend(updateSource, { ownError: true, done: text.ingest.saved, onDone: onClose });
  const isNew = source === undefined;
  const ofProvider = source !== undefined && source.provider !== null;
  const { values, errors } = form;
  const hasSecret = values.scheme.type !== 'ip' && values.scheme.type !== 'none';
  return (
    <Dialog
      open
      onOpenChange={onClose}
      place="side"
      title={isNew ? text.ingest.createTitle : text.ingest.editTitle}
      {...(isNew ? { description: text.ingest.createText } : {})}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {isNew ? text.ingest.create : text.ui.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4.5"
        onSubmit={form.submit(({ name, scheme, eventType, secret, allow: networks, forward }) =>
          isNew
            ? create.mutateAsync({
                body: { name, scheme, eventType, allow: networks, forward, ...(hasSecret ? { secret } : {}) },
              })
            : update.mutateAsync({
                params: { id: source.id },
                body: {
                  name,
                  allow: networks,
                  forward,
                  ...(ofProvider ? {} : { scheme, eventType: eventType ?? null }),
                },
                ifMatch: version,
              }),
        )}
      >
        <TextField
          label={text.ingest.name}
          hint={text.ingest.nameHint}
          name="source-name"
          autoComplete="off"
          value={values.name}
          error={errors['name']}
          onChange={(name) => form.set('name', name)}
        />
        {ofProvider ? null : (
          <>
            <TextField
              label={text.ingest.eventType}
              hint={text.ingest.eventTypeHint}
              name="source-event-type"
              autoComplete="off"
              value={values.eventType ?? ''}
              error={errors['eventType']}
              onChange={(type) => form.set('eventType', type.trim() === '' ? undefined : type.trim())}
            />
            <SchemeFields
              value={values.scheme}
              errors={errors}
              onChange={(scheme) => form.set('scheme', scheme)}
            />
          </>
        )}
        {isNew && hasSecret ? (
          <TextField
            label={text.ingest.secret}
            hint={text.ingest.secretHint}
            name="source-secret"
            autoComplete="off"
            value={values.secret ?? ''}
            error={errors['secret']}
            onChange={(secret) => form.set('secret', secret === '' ? undefined : secret)}
          />
        ) : null}
        <TextField
          label={text.ingest.allow}
          hint={text.ingest.allowHint}
          name="source-allow"
          autoComplete="off"
          value={allow}
          error={errors['allow'] ?? errors[`allow.${values.allow.length - 1}`]}
          onChange={(given) => {
            setAllow(given);
            form.set('allow', listOf(given));
          }}
        />
        <Checkbox
          label={text.ingest.forward}
          hint={text.ingest.forwardHint}
          checked={values.forward}
          onChange={(forward) => form.set('forward', forward)}
        />
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
