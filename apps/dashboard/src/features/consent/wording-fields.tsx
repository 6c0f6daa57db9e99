import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, TextArea } from '../../ui/input.tsx';

interface Row {
  key: number;
  locale: string;
  wording: string;
}

interface WordingFieldsProps {
  initial: Readonly<Record<string, string>>;
  onChange: (texts: Record<string, string>) => void;
  errors: Readonly<Record<string, string | undefined>>;
}

/** One wording in one or more languages. */
export function WordingFields({ initial, onChange, errors }: WordingFieldsProps) {
  const [rows, setRows] = useState<readonly Row[]>(() =>
    Object.entries(initial).map(([locale, wording], key) => ({ key, locale, wording })),
  );
  const set = (next: readonly Row[]) => {
    setRows(next);
    onChange(
      // A language given twice would lose one of its texts: under a name that is no language it is refused instead.
      Object.fromEntries(
        next.map((row) => [isTwice(next, row) ? `${row.locale} ${row.key}` : row.locale, row.wording]),
      ),
    );
  };
  const change = (key: number, part: Partial<Row>) =>
    set(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = () =>
    set([...rows, { key: Math.max(...rows.map(({ key }) => key)) + 1, locale: '', wording: '' }]);
  return (
    <div className="flex flex-col gap-4">
      {rows.map(({ key, locale, wording }, at) => (
        <div key={key} className="flex flex-col gap-3">
          <div className="flex items-end gap-2">
            <Field
              label={text.consent.language}
              hint={text.consent.languageHint}
              error={isTwice(rows, rows[at]) ? text.consent.languageTwice : undefined}
              className="w-40"
            >
              {(control) => (
                <Input
                  {...control}
                  value={locale}
                  autoComplete="off"
                  onChange={({ target }) => change(key, { locale: target.value.trim() })}
                />
              )}
            </Field>
            {rows.length === 1 ? null : (
              <Button
                size="icon"
                variant="ghost"
                className="mb-6.5"
                aria-label={text.consent.removeLanguage(locale)}
                icon={<Trash2 aria-hidden />}
                onClick={() => set(rows.filter((row) => row.key !== key))}
              />
            )}
          </div>
          <Field label={text.consent.wording} error={errors[`texts.${locale}`]}>
            {(control) => (
              <TextArea
                {...control}
                rows={6}
                lang={locale === '' ? undefined : locale}
                value={wording}
                onChange={({ target }) => change(key, { wording: target.value })}
              />
            )}
          </Field>
        </div>
      ))}
      <div>
        <Button size="sm" icon={<Plus aria-hidden />} onClick={add}>
          {text.consent.addLanguage}
        </Button>
      </div>
      {errors['texts'] === undefined ? null : <p className="text-sm text-bad">{errors['texts']}</p>}
    </div>
  );
}

/** Whether an earlier row is in the same language. */
function isTwice(rows: readonly Row[], row: Row | undefined): boolean {
  const first = rows.find(({ locale }) => locale === row?.locale);
  return row !== undefined && first !== undefined && first.key !== row.key;
}
