import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { errorUnder } from './faults.ts';
import { FormSection } from './form-section.tsx';
import type { SectionProps } from './section-props.ts';
import { settingsWords } from './settings-words.ts';

const methods = ['POST', 'PUT', 'PATCH'] as const;

interface Row {
  id: number;
  name: string;
  value: string;
}

/** The method, and headers of one's own. */
export function RequestSection({ settings, change, errors }: SectionProps) {
  const [rows, setRows] = useState<Row[]>(() =>
    Object.entries(settings.headers).map(([name, value], id) => ({ id, name, value })),
  );
  const wrong = errorUnder(errors, 'settings.headers');
  const set = (next: Row[]) => {
    setRows(next);
    // A row without a name is one that has just been added.
    const named = next.filter(({ name, value }) => name !== '' || value !== '');
    change({ headers: Object.fromEntries(named.map(({ name, value }) => [name, value])) });
  };
  const put = (id: number, part: Partial<Row>) =>
    set(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <FormSection
      title={text.webhookForm.request}
      summary={settingsWords.request(settings)}
      isWrong={wrong !== undefined}
    >
      <Field label={text.webhookForm.method}>
        {(control) => (
          <Select
            {...control}
            value={settings.method}
            choices={methods.map((value) => ({ value, label: value }))}
            onChange={(method) => change({ method })}
            className="max-w-36"
          />
        )}
      </Field>
      <fieldset className="flex min-w-0 flex-col gap-2">
        <legend className="mb-1.5 font-medium">{text.webhookForm.headers}</legend>
        {rows.map((row, at) => (
          <div key={row.id} className="flex flex-col gap-1">
            <div className="flex items-center gap-2">
              <Input
                aria-label={text.webhookForm.headerNameOf(at + 1)}
                aria-invalid={wrong?.at === row.name ? true : undefined}
                placeholder={text.webhookForm.headerName}
                autoComplete="off"
                value={row.name}
                onChange={(event) => put(row.id, { name: event.target.value.trim() })}
                className="font-mono text-sm"
              />
              <Input
                aria-label={text.webhookForm.headerValueOf(at + 1)}
                autoComplete="off"
                value={row.value}
                onChange={(event) => put(row.id, { value: event.target.value })}
                className="font-mono text-sm"
              />
              <Button
                size="icon"
                variant="ghost"
                aria-label={text.webhookForm.removeHeader(at + 1)}
                icon={<Trash2 aria-hidden />}
                onClick={() => set(rows.filter(({ id }) => id !== row.id))}
              />
            </div>
            {wrong?.at === row.name ? <p className="text-sm text-bad">{wrong.message}</p> : null}
          </div>
        ))}
        {wrong?.at === '' ? <p className="text-sm text-bad">{wrong.message}</p> : null}
        <Button
          size="sm"
          className="self-start"
          icon={<Plus aria-hidden />}
          onClick={() =>
            setRows([...rows, { id: Math.max(-1, ...rows.map(({ id }) => id)) + 1, name: '', value: '' }])
          }
        >
          {text.webhookForm.addHeader}
        </Button>
        <p className="text-sm text-pretty text-ink-faint">{text.webhookForm.headersHint}</p>
      </fieldset>
    </FormSection>
  );
}
