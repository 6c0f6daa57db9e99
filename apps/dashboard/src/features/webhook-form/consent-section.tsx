import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { usePurposes } from '../consent/use-purposes.ts';
import { errorUnder } from './faults.ts';
import { FormSection } from './form-section.tsx';
import type { SectionProps } from './section-props.ts';
import { settingsWords } from './settings-words.ts';

const firstPointer = '/data/id';

/** Whether people have to have agreed before something about them is sent. */
export function ConsentSection({ settings, change, errors }: SectionProps) {
  const { consent } = settings;
  const purposes = usePurposes();
  const isKnown = consent === null || purposes.some(({ key }) => key === consent.purpose);
  const nameOf = (key: string) => purposes.find((purpose) => purpose.key === key)?.name ?? key;
  return (
    <FormSection
      title={text.webhookForm.consent}
      summary={settingsWords.consent(settings, nameOf)}
      isWrong={errorUnder(errors, 'settings.consent') !== undefined}
    >
      <Field
        label={text.webhookForm.purpose}
        hint={purposes.length === 0 ? text.webhookForm.noPurposes : text.webhookForm.consentHint}
        error={errors['settings.consent.purpose']}
      >
        {(control) => (
          <Select
            {...control}
            value={consent?.purpose ?? ''}
            choices={[
              { value: '', label: text.webhookForm.noPurpose },
              ...purposes.map(({ key, name }) => ({ value: key, label: name })),
              ...(isKnown ? [] : [{ value: consent.purpose, label: consent.purpose }]),
            ]}
            onChange={(purpose) =>
              change({
                consent: purpose === '' ? null : { purpose, subject: consent?.subject ?? firstPointer },
              })
            }
          />
        )}
      </Field>
      {consent === null ? null : (
        <TextField
          label={text.webhookForm.subjectPlace}
          hint={text.webhookForm.pointerHint}
          name="consent-subject"
          autoComplete="off"
          value={consent.subject}
          error={errors['settings.consent.subject']}
          onChange={(subject) => change({ consent: { ...consent, subject: subject.trim() } })}
        />
      )}
    </FormSection>
  );
}
