import type { ReactNode } from 'react';
import { Field } from './field.tsx';
import { Input } from './input.tsx';

interface NumberFieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** NaN while nothing that is a number stands there. */
  value: number;
  min?: number;
  max?: number;
  onChange: (value: number) => void;
}

/** A labelled whole number. */
export function NumberField({ label, hint, error, value, min = 1, max, onChange }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Input
          {...control}
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          value={Number.isNaN(value) ? '' : value}
          onChange={(change) => onChange(change.target.valueAsNumber)}
          className="max-w-36"
        />
      )}
    </Field>
  );
}
