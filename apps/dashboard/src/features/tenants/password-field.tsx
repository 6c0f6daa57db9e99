import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface PasswordFieldProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  /** A new one, which the browser offers to make, or the one there is. */
  kind: 'new' | 'current';
}

export function PasswordField({ value, onChange, error, kind }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field
      label={text.tenants.password}
      error={error}
      hint={kind === 'new' ? text.tenants.passwordHint : undefined}
    >
      {(control) => (
        <span className="relative">
          <Input
            {...control}
            type={shown ? 'text' : 'password'}
            name="password"
            autoComplete={kind === 'new' ? 'new-password' : 'current-password'}
            className="pr-11"
            value={value}
            onChange={(change) => onChange(change.target.value)}
          />
          <button
            type="button"
            aria-pressed={shown}
            aria-label={shown ? text.tenants.hidePassword : text.tenants.showPassword}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0.5 right-0.5 grid w-9 place-items-center rounded-md text-ink-faint hover:text-ink"
          >
            <Icon className="size-4" aria-hidden />
          </button>
        </span>
      )}
    </Field>
  );
}
