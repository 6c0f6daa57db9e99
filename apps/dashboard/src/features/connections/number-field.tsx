import { useState } from 'react';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface NumberFieldProps {
  label: string;
  hint: string;
  name: string;
  /** null: empty. NaN stands for what is no number, for the form to refuse. */
  value: number | null;
  onChange: (value: number | null) => void;
  error: string | undefined;
}

/** A number that may be left out. */
export function NumberField({ label, hint, name, value, onChange, error }: NumberFieldProps) {
  const [raw, setRaw] = useState(value === null ? '' : String(value));
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Input
          {...control}
          name={name}
          inputMode="numeric"
          autoComplete="off"
          className="max-w-28"
          value={raw}
          onChange={(change) => {
            const typed = change.target.value.trim();
            setRaw(change.target.value);
            onChange(typed === '' ? null : Number(typed));
          }}
        />
      )}
    </Field>
  );
}
