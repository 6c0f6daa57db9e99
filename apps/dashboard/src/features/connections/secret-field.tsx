import { LockKeyhole } from 'lucide-react';
import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface SecretFieldProps {
  /** Whether the server keeps one already. */
  isSet: boolean;
  /** undefined leaves what is kept as it is. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  error?: string | undefined;
}

/** A client secret: it can be given and replaced, and is never shown. */
export function SecretField({ isSet, value, onChange, error }: SecretFieldProps) {
  const [replacing, setReplacing] = useState(false);
  if (isSet && !replacing) {
    return (
      <div className="flex flex-col gap-1.5">
        <span className="font-medium">{text.connections.clientSecret}</span>
        <span className="flex min-h-8.5 flex-wrap items-center gap-x-3 gap-y-1 text-ink-soft">
          <LockKeyhole className="size-4 text-good" aria-hidden />
          {text.connections.clientSecretSet}
          <Button size="sm" onClick={() => setReplacing(true)}>
            {text.connections.replaceSecret}
          </Button>
        </span>
      </div>
    );
  }
  return (
    <Field label={text.connections.clientSecret} hint={text.connections.clientSecretHint} error={error}>
      {(control) => (
        <span className="flex items-center gap-2">
          <Input
            {...control}
            type="password"
            autoComplete="off"
            ref={replacing ? focus : undefined}
            value={value ?? ''}
            onChange={(change) => onChange(change.target.value === '' ? undefined : change.target.value)}
          />
          {replacing ? (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => {
                setReplacing(false);
                onChange(undefined);
              }}
            >
              {text.connections.keepSecret}
            </Button>
          ) : null}
        </span>
      )}
    </Field>
  );
}

/** Whoever pressed Replace wants to type. */
function focus(input: HTMLInputElement | null): void {
  input?.focus();
}
