import type { ReactNode } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface CopyLineProps {
  label: string;
  hint?: ReactNode;
  value: string;
  /** What the button says it copies. */
  copy: string;
}

/** A text that is there to be given to somebody else. */
export function CopyLine({ label, hint, value, copy }: CopyLineProps) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <span className="flex items-center gap-2">
          <Input
            {...control}
            readOnly
            value={value}
            className="font-mono"
            onFocus={(focus) => focus.target.select()}
          />
          <CopyButton value={value} label={copy} />
        </span>
      )}
    </Field>
  );
}
