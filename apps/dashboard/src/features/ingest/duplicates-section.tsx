import type { Dedupe } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { errorUnder } from '../webhook-form/faults.ts';
import { FormSection } from '../webhook-form/form-section.tsx';
import { dedupeText } from './dedupe-text.ts';
import type { SectionProps } from './source-values.ts';

type Rule = Dedupe['by'] | 'usual';

interface DuplicatesSectionProps extends SectionProps {
  /** A new one may leave it to its scheme. */
  isNew: boolean;
  ofProvider: boolean;
}

function firstOf(rule: Rule): Dedupe | undefined {
  if (rule === 'usual') return undefined;
  if (rule === 'header') return { by: 'header', name: '' };
  return rule === 'pointer' ? { by: 'pointer', pointer: '' } : { by: rule };
}

const hints: Partial<Record<Rule, string>> = {
  usual: text.sourceForm.usualHint,
  none: text.sourceForm.noneHint,
};

/** By what a request is known when it comes again, and for how long. */
export function DuplicatesSection({ values, change, errors, isNew, ofProvider }: DuplicatesSectionProps) {
  const { dedupe, dedupeHours } = values;
  const rule: Rule = dedupe?.by ?? 'usual';
  const rules: readonly Rule[] = [
    ...(isNew ? (['usual'] as const) : []),
    ...(ofProvider ? (['provider'] as const) : []),
    'header',
    'pointer',
    'body',
    'none',
  ];
  const of = dedupe === undefined ? text.sourceForm.usualSummary : dedupeText(dedupe);
  return (
    <FormSection
      title={text.sourceForm.duplicates}
      summary={
        rule === 'none'
          ? text.sourceForm.noneSummary
          : dedupe === undefined
            ? of
            : text.sourceForm.duplicatesSummary(of, dedupeHours)
      }
      isWrong={['dedupe', 'dedupeHours'].some((name) => errorUnder(errors, name) !== undefined)}
    >
      <Field label={text.sourceForm.rule} hint={hints[rule]} error={errors['dedupe']}>
        {(control) => (
          <Select
            {...control}
            className="w-full"
            value={rule}
            choices={rules.map((value) => ({ value, label: text.sourceForm.rules[value] }))}
            onChange={(next) => change({ dedupe: firstOf(next) })}
          />
        )}
      </Field>
      {dedupe?.by === 'header' ? (
        <TextField
          label={text.sourceForm.header}
          hint={text.sourceForm.headerHint}
          name="dedupe-header"
          autoComplete="off"
          value={dedupe.name}
          error={errors['dedupe.name']}
          onChange={(name) => change({ dedupe: { by: 'header', name: name.trim() } })}
        />
      ) : null}
      {dedupe?.by === 'pointer' ? (
        <TextField
          label={text.sourceForm.pointer}
          hint={text.sourceForm.pointerHint}
          name="dedupe-pointer"
          autoComplete="off"
          value={dedupe.pointer}
          error={errors['dedupe.pointer']}
          onChange={(pointer) => change({ dedupe: { by: 'pointer', pointer: pointer.trim() } })}
        />
      ) : null}
      {rule === 'none' ? null : (
        <NumberField
          label={text.sourceForm.hours}
          hint={text.sourceForm.hoursHint}
          max={720}
          value={dedupeHours}
          error={errors['dedupeHours']}
          onChange={(next) => change({ dedupeHours: next })}
        />
      )}
    </FormSection>
  );
}
