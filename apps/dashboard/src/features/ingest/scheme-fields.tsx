import type { Scheme } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { newScheme, schemeTypes } from './new-scheme.ts';

interface SchemeFieldsProps {
  value: Scheme;
  errors: Readonly<Record<string, string | undefined>>;
  onChange: (scheme: Scheme) => void;
}

/** How requests are verified: the kind, and what that kind asks for. */
export function SchemeFields({ value, errors, onChange }: SchemeFieldsProps) {
  return (
    <>
      <Field label={text.ingest.scheme} error={errors['scheme']}>
        {(control) => (
          <Select
            {...control}
            className="w-full"
            value={value.type}
            choices={schemeTypes.map((type) => ({ value: type, label: text.ingest.schemes[type] }))}
            onChange={(type) => onChange(newScheme(type))}
          />
        )}
      </Field>
      {value.type === 'hmac' || value.type === 'bearer' ? (
        <div className="grid gap-4.5 sm:grid-cols-2">
          <TextField
            label={text.ingest.header}
            name="scheme-header"
            autoComplete="off"
            value={value.header}
            error={errors['scheme.header']}
            onChange={(header) => onChange({ ...value, header: header.trim() })}
          />
          <TextField
            label={text.ingest.prefix}
            name="scheme-prefix"
            autoComplete="off"
            value={value.prefix}
            error={errors['scheme.prefix']}
            onChange={(prefix) => onChange({ ...value, prefix })}
          />
        </div>
      ) : null}
      {value.type === 'hmac' ? (
        <>
          <div className="grid gap-4.5 sm:grid-cols-2">
            <Field label={text.ingest.algorithm}>
              {(control) => (
                <Select
                  {...control}
                  value={value.algorithm}
                  choices={(['sha256', 'sha1', 'sha512'] as const).map((one) => ({ value: one, label: one }))}
                  onChange={(algorithm) => onChange({ ...value, algorithm })}
                />
              )}
            </Field>
            <Field label={text.ingest.encoding}>
              {(control) => (
                <Select
                  {...control}
                  value={value.encoding}
                  choices={(['hex', 'base64'] as const).map((one) => ({ value: one, label: one }))}
                  onChange={(encoding) => onChange({ ...value, encoding })}
                />
              )}
            </Field>
          </div>
          <TextField
            label={text.ingest.timestampHeader}
            hint={text.ingest.timestampHint}
            name="scheme-timestamp"
            autoComplete="off"
            value={value.timestamp?.header ?? ''}
            error={errors['scheme.timestamp.header'] ?? errors['scheme.template']}
            onChange={(header) =>
              onChange(
                header === ''
                  ? { ...value, template: '{body}', timestamp: null }
                  : {
                      ...value,
                      template: '{timestamp}.{body}',
                      timestamp: {
                        unit: 's',
                        toleranceSeconds: 300,
                        ...value.timestamp,
                        header: header.trim(),
                      },
                    },
              )
            }
          />
        </>
      ) : null}
    </>
  );
}
