import { createSource, updateSource, type RouteOutput, type Source } from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { errorUnder } from '../webhook-form/faults.ts';
import { AfterwardsSection } from './afterwards-section.tsx';
import { DuplicatesSection } from './duplicates-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import { SchemeFields } from './scheme-fields.tsx';
import { firstValues, type SectionProps, type SourceValues } from './source-values.ts';

const formId = 'source-form';

interface SourceDialogProps {
  /** The one to change; left out for a new one. */
  source?: Source;
  onClose: () => void;
  /** A new one, with the secret that is shown once. */
  onCreated?: (created: RouteOutput<typeof createSource>) => void;
}

/** Texts apart by commas or white space. */
const listOf = (given: string) => given.split(/[\s,]+/).filter((part) => part !== '');

/** The form of a source, new or there already. */
export function SourceDialog({ source, onClose, onCreated }: SourceDialogProps) {
  // The version that the fields were filled from, and not the one that a live update has brought since.
  const [version] = useState(source?.version);
  const [allow, setAllow] = useState((source?.allow ?? []).join(', '));
  const form = useForm<SourceValues, typeof createSource.body>(createSource.body, firstValues(source));
  const create = useSend(createSource, {
    ownError: true,
    ...(onCreated === undefined ? {} : { onDone: onCreated }),
  });
  const update = useSend(updateSource, { ownError: true, done: text.ingest.saved, onDone: onClose });
  const isNew = source === undefined;
  const ofProvider = source !== undefined && source.provider !== null;
  const { values, errors } = form;
  const section: SectionProps = { values, errors, change: form.setAll };
  const wrongEntry = errorUnder(errors, 'allow');
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
        onSubmit={form.submit(({ scheme, eventType, secret, integrationId: _, status: __, ...rest }) =>
          isNew
            ? create.mutateAsync({ body: { ...rest, scheme, eventType, ...(hasSecret ? { secret } : {}) } })
            : update.mutateAsync({
                params: { id: source.id },
                body: { ...rest, ...(ofProvider ? {} : { scheme, eventType: eventType ?? null }) },
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
          error={
            wrongEntry &&
            text.sourceForm.entryWrong(values.allow[Number(wrongEntry.at || -1)], wrongEntry.message)
          }
          onChange={(given) => {
            setAllow(given);
            form.set('allow', listOf(given));
          }}
        />
        <div className="-mx-5 border-b">
          <LimitsSection {...section} />
          <DuplicatesSection {...section} isNew={isNew} ofProvider={ofProvider} />
          <AfterwardsSection {...section} />
        </div>
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
