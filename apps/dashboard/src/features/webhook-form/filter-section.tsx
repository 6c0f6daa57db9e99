import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { CodeField } from '../../ui/code-field.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { filterOf, filterText } from './filter-text.ts';
import { FormSection } from './form-section.tsx';
import type { TextFault } from './json-fault.ts';
import type { SectionProps } from './section-props.ts';
import { settingsWords } from './settings-words.ts';

interface FilterSectionProps extends Pick<SectionProps, 'settings' | 'change'> {
  fault: TextFault | undefined;
}

/** Which events of the chosen types are wanted. */
export function FilterSection({ settings, change, fault }: FilterSectionProps) {
  const { filter } = settings;
  const [written, setWritten] = useState(() => filterText(filter));
  return (
    <FormSection
      title={text.webhookForm.filter}
      summary={typeof filter === 'string' ? text.ui.brokenJson : settingsWords.filter({ filter })}
      isWrong={fault !== undefined}
    >
      <CodeField
        label={text.webhookForm.filterLabel}
        hint={text.webhookForm.filterHint}
        placeholder={text.webhookForm.filterExample}
        value={written}
        fault={fault}
        onChange={(next) => {
          setWritten(next);
          change({ filter: filterOf(next) });
        }}
      />
      <Disclosure label={text.webhookForm.filterHelp}>
        <dl className="grid gap-x-5 gap-y-1.5 text-sm sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          {text.webhookForm.filterHelpRows.map(([code, meaning]) => (
            <div key={code} className="contents">
              <dt className="font-mono [overflow-wrap:anywhere]">{code}</dt>
              <dd className="text-ink-faint max-sm:pb-1.5">{meaning}</dd>
            </div>
          ))}
        </dl>
      </Disclosure>
    </FormSection>
  );
}
