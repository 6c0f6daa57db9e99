import {
  consentCategory,
  createPurpose,
  legalBasis,
  updatePurpose,
  type ConsentCategory,
  type LegalBasis,
  type Purpose,
} from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ProviderCategoryHint } from './provider-category-hint.tsx';
import { WordingFields } from './wording-fields.tsx';

const formId = 'purpose-form';
const firstTexts = { en: '' };
/** Stands for null in a choice of texts. */
const untold = 'untold';
const categories: readonly (ConsentCategory | typeof untold)[] = [...consentCategory.options, untold];

interface PurposeDialogProps {
  /** The one to change; left out for a new one. Its key and texts stay as they are. */
  purpose?: Purpose;
  onClose: () => void;
  onCreated?: (purpose: Purpose) => void;
}

interface Values {
  key: string;
  name: string;
  legalBasis: LegalBasis;
  providerCategory: ConsentCategory | null;
  texts: Record<string, string>;
}

/** The form of a purpose, new or there already. */
export function PurposeDialog({ purpose, onClose, onCreated }: PurposeDialogProps) {
  // The version that the fields were filled from, and not the one that has been read since.
  const [version] = useState(purpose?.version);
  const isNew = purpose === undefined;
  const form = useForm<Values, typeof createPurpose.body>(createPurpose.body, {
    key: purpose?.key ?? '',
    name: purpose?.name ?? '',
    legalBasis: purpose?.legalBasis ?? 'consent',
    providerCategory: isNew ? 'communications' : purpose.providerCategory,
    // A text of its own satisfies the schema where texts are not asked for.
    texts: isNew ? firstTexts : { en: '-' },
  });
  const create = useSend(createPurpose, {
    ownError: true,
    done: text.consent.created,
    ...(onCreated === undefined ? {} : { onDone: onCreated }),
  });
  const update = useSend(updatePurpose, { ownError: true, done: text.consent.saved, onDone: onClose });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      place="side"
      title={isNew ? text.consent.createTitle : text.consent.editTitle}
      {...(isNew ? { description: text.consent.createText } : {})}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {isNew ? text.consent.create : text.ui.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4.5"
        onSubmit={form.submit((body) =>
          isNew
            ? create.mutateAsync({ body })
            : update.mutateAsync({
                params: { id: purpose.id },
                body: {
                  name: body.name,
                  legalBasis: body.legalBasis,
                  providerCategory: body.providerCategory,
                },
                ifMatch: version,
              }),
        )}
      >
        <TextField
          label={text.consent.name}
          name="purpose-name"
          autoComplete="off"
          value={form.values.name}
          error={form.errors['name']}
          onChange={(name) => form.set('name', name)}
        />
        {isNew ? (
          <TextField
            label={text.consent.key}
            hint={text.consent.keyHint}
            name="purpose-key"
            autoComplete="off"
            value={form.values.key}
            error={form.errors['key']}
            onChange={(key) => form.set('key', key.trim())}
          />
        ) : null}
        <Field label={text.consent.basis} error={form.errors['legalBasis']}>
          {(control) => (
            <Select
              {...control}
              value={form.values.legalBasis}
              choices={legalBasis.options.map((value) => ({ value, label: text.consent.bases[value] }))}
              onChange={(value) => form.set('legalBasis', value)}
            />
          )}
        </Field>
        <Field
          label={text.consent.providerCategory}
          hint={<ProviderCategoryHint category={form.values.providerCategory} />}
          error={form.errors['providerCategory']}
        >
          {(control) => (
            <Select
              {...control}
              value={form.values.providerCategory ?? untold}
              choices={categories.map((value) => ({
                value,
                label: text.consent.providerCategories[value],
              }))}
              onChange={(value) => form.set('providerCategory', value === untold ? null : value)}
            />
          )}
        </Field>
        {isNew ? (
          <WordingFields
            initial={firstTexts}
            errors={form.errors}
            onChange={(texts) => form.set('texts', texts)}
          />
        ) : null}
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
