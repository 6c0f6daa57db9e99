import { listProcessors } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { Select } from '../../ui/select.tsx';
import { FormSection } from '../webhook-form/form-section.tsx';
import type { SectionProps } from './source-values.ts';

/** What becomes of a request once it is in. */
export function AfterwardsSection({ values, change, errors }: SectionProps) {
  const { processor, forward, keepDays } = values;
  const processors = useRead(listProcessors, {});
  const known = processors.data?.data ?? [];
  // One that is not installed here any more is still what the source is set to.
  const names = [...new Set([...known.map(({ name }) => name), ...(processor === null ? [] : [processor])])];
  const hint = known.find(({ name }) => name === processor)?.description;
  return (
    <FormSection
      title={text.sourceForm.afterwards}
      summary={text.sourceForm.afterwardsSummary(
        processor,
        forward,
        Number.isNaN(keepDays) ? '–' : text.ingest.keepsText(keepDays),
      )}
      isWrong={errors['processor'] !== undefined || errors['keepDays'] !== undefined}
    >
      <Field label={text.sourceForm.processor} hint={hint} error={errors['processor']}>
        {(control) => (
          <Select
            {...control}
            className="w-full"
            value={processor ?? ''}
            choices={[
              { value: '', label: text.sourceForm.processorNone },
              ...names.map((name) => ({ value: name, label: name })),
            ]}
            onChange={(name) => change({ processor: name === '' ? null : name })}
          />
        )}
      </Field>
      <Checkbox
        label={text.ingest.forward}
        hint={text.ingest.forwardHint}
        checked={forward}
        onChange={(next) => change({ forward: next })}
      />
      <NumberField
        label={text.sourceForm.keepDays}
        hint={text.sourceForm.keepDaysHint}
        max={30}
        value={keepDays}
        error={errors['keepDays']}
        onChange={(next) => change({ keepDays: next })}
      />
    </FormSection>
  );
}
