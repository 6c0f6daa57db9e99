import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { sizeOf, sizeUnits, unitBytes, type SizeUnit } from './size.ts';

interface SizeFieldProps {
  label: string;
  hint: string;
  error?: string | undefined;
  /** In bytes. */
  value: number;
  /** NaN while nothing that is a number stands there. */
  onChange: (bytes: number) => void;
}

/** A size as a number with its unit. */
export function SizeField({ label, hint, error, value, onChange }: SizeFieldProps) {
  // What is typed stays as it was typed: 1.50 must not become 1.5 under the fingers.
  const [given, setGiven] = useState(() => {
    const { amount, unit } = sizeOf(value);
    return { amount: String(amount), unit };
  });
  const change = (next: { amount: string; unit: SizeUnit }) => {
    setGiven(next);
    onChange(next.amount === '' ? Number.NaN : Math.round(Number(next.amount) * unitBytes[next.unit]));
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <span className="flex gap-2">
          <Input
            {...control}
            type="number"
            inputMode="decimal"
            min={0}
            step="any"
            value={given.amount}
            onChange={(event) => change({ ...given, amount: event.target.value })}
            className="max-w-28"
          />
          <Select
            aria-label={text.sourceForm.unit}
            value={given.unit}
            choices={sizeUnits.map((unit) => ({ value: unit, label: text.sourceForm.units[unit] }))}
            onChange={(unit) => change({ ...given, unit })}
          />
        </span>
      )}
    </Field>
  );
}
