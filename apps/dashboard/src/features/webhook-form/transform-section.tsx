import { text } from '../../messages/index.ts';
import { CodeField } from '../../ui/code-field.tsx';
import { FormSection } from './form-section.tsx';
import type { TextFault } from './json-fault.ts';
import type { SectionProps } from './section-props.ts';
import { settingsWords } from './settings-words.ts';

interface TransformSectionProps extends Pick<SectionProps, 'settings' | 'change'> {
  fault: TextFault | undefined;
}

/** What is sent in place of the event's body. */
export function TransformSection({ settings, change, fault }: TransformSectionProps) {
  return (
    <FormSection
      title={text.webhookForm.transform}
      summary={settingsWords.transform(settings)}
      isWrong={fault !== undefined}
    >
      <CodeField
        label={text.webhookForm.transformLabel}
        hint={text.webhookForm.transformHint}
        placeholder={text.webhookForm.transformExample}
        value={settings.transform ?? ''}
        fault={fault}
        onChange={(next) => change({ transform: next === '' ? null : next })}
      />
    </FormSection>
  );
}
