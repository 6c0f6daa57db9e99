import clsx from 'clsx';
import { useId, type ReactNode } from 'react';

/** What a control needs so that its label, hint and error belong to it. */
export interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: string | undefined;
  className?: string;
  children: (control: ControlProps) => ReactNode;
}

/** A labelled control with its hint and what is wrong with it: `<Field label=…>{(control) => <Input {...control} />}`. */
export function Field({ label, hint, error, optional, className, children }: FieldProps) {
  const id = useId();
  const told = clsx(hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`);
  return (
    <div className={clsx('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className="flex items-baseline justify-between gap-2 font-medium">
        {label}
        {optional === undefined ? null : (
          <span className="text-sm font-normal text-ink-faint">{optional}</span>
        )}
      </label>
      {children({
        id,
        'aria-describedby': told || undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error === undefined ? null : (
        <p id={`${id}-error`} className="text-sm text-bad">
          {error}
        </p>
      )}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="text-sm text-pretty text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
