import { locale, text } from '../../messages/index.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { FormSection } from '../webhook-form/form-section.tsx';
import { SizeField } from './size-field.tsx';
import { sizeText } from './size.ts';
import type { SectionProps } from './source-values.ts';

/** How much a source takes. */
export function LimitsSection({ values, change, errors }: SectionProps) {
  const { maxBytes, perMinute } = values;
  const figure = (n: number) => (Number.isNaN(n) ? '–' : new Intl.NumberFormat(locale).format(n));
  const size = Number.isNaN(maxBytes) ? '–' : sizeText(maxBytes, locale);
  const isTooLarge = errors['maxBytes'] !== undefined;
  return (
    <FormSection
      title={text.sourceForm.limits}
      summary={text.sourceForm.limitsSummary(size, figure(perMinute))}
      isWrong={isTooLarge || errors['perMinute'] !== undefined}
    >
      <SizeField
        label={text.sourceForm.maxBytes}
        hint={text.sourceForm.maxBytesHint}
        value={maxBytes}
        // The contract speaks of bytes, and here one may have said MiB.
        error={isTooLarge ? text.sourceForm.maxBytesWrong : undefined}
        onChange={(next) => change({ maxBytes: next })}
      />
      <NumberField
        label={text.sourceForm.perMinute}
        hint={text.sourceForm.perMinuteHint}
        max={10_000_000}
        value={perMinute}
        error={errors['perMinute']}
        onChange={(next) => change({ perMinute: next })}
      />
    </FormSection>
  );
}
