import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { FormSection } from './form-section.tsx';
import type { SectionProps } from './section-props.ts';
import { settingsWords } from './settings-words.ts';

const days = [1, 3, 7, 14, 30];

/** How long what was sent and answered is kept. */
export function RetentionSection({ settings, change, errors }: SectionProps) {
  const { retentionDays } = settings;
  const choices = [...new Set([...days, ...(retentionDays === null ? [] : [retentionDays])])];
  return (
    <FormSection
      title={text.webhookForm.retention}
      summary={settingsWords.retention(settings)}
      isWrong={errors['settings.retentionDays'] !== undefined}
    >
      <Field
        label={text.webhookForm.retentionLabel}
        hint={text.webhookForm.retentionHint}
        error={errors['settings.retentionDays']}
      >
        {(control) => (
          <Select
            {...control}
            value={retentionDays === null ? '' : String(retentionDays)}
            choices={[
              { value: '', label: text.webhookForm.retentionAll },
              ...choices
                .toSorted((a, b) => a - b)
                .map((n) => ({ value: String(n), label: text.webhookForm.retentionDays(n) })),
            ]}
            onChange={(value) => change({ retentionDays: value === '' ? null : Number(value) })}
          />
        )}
      </Field>
    </FormSection>
  );
}
