import clsx from 'clsx';
import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { controlClass } from './input.tsx';

export interface Choice<T extends string = string> {
  readonly value: T;
  readonly label: string;
}

interface SelectProps<T extends string> extends Omit<
  ComponentProps<'select'>,
  'value' | 'onChange' | 'children'
> {
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
}

/** One of a few. The platform's own list: it is the best one on a phone, and every screen reader knows it. */
export function Select<T extends string>({ value, choices, onChange, className, ...rest }: SelectProps<T>) {
  return (
    <span className={clsx('relative inline-flex min-w-28', className)}>
      <select
        className={clsx(
          controlClass,
          'h-8.5 appearance-none truncate pr-8 pointer-coarse:h-10 pointer-coarse:text-lg',
        )}
        value={value}
        onChange={(change) => {
          const chosen = choices.find((choice) => choice.value === change.target.value);
          if (chosen) onChange(chosen.value);
        }}
        {...rest}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-faint"
        aria-hidden
      />
    </span>
  );
}
