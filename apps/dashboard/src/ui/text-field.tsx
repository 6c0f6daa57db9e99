import type { ReactNode } from 'react';
import { Field } from './field.tsx';
import { Input } from './input.tsx';

interface TextFieldProps {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  hint?: ReactNode;
  type?: 'text' | 'email';
  autoComplete?: string;
  autoFocus?: boolean;
}

/** A labelled line of text bound to a form's value. */
export function TextField({ label, hint, error, onChange, ...control }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => <Input {...wiring} {...control} onChange={(change) => onChange(change.target.value)} />}
    </Field>
  );
}
