import { LockKeyhole } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { Input, TextArea } from './input.tsx';

interface KeptSecretProps {
  /** Its name, and the words around it. */
  words: { label: string; hint: string; kept: string; replace: string; keep: string };
  /** Whether the server keeps one already. */
  isSet: boolean;
  /** undefined leaves what is kept as it is. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  error?: string | undefined;
  /** It has lines, such as a key in PEM. */
  hasLines?: boolean;
}

/** A secret that can be given and replaced, and is never shown. */
export function KeptSecret({ words, isSet, value, onChange, error, hasLines = false }: KeptSecretProps) {
  const [replacing, setReplacing] = useState(false);
  if (isSet && !replacing && error === undefined) {
    return (
      <div className="flex flex-col gap-1.5">
        <span className="font-medium">{words.label}</span>
        <span className="flex min-h-8.5 flex-wrap items-center gap-x-3 gap-y-1 text-ink-soft">
          <LockKeyhole className="size-4 text-good" aria-hidden />
          {words.kept}
          <Button size="sm" onClick={() => setReplacing(true)}>
            {words.replace}
          </Button>
        </span>
      </div>
    );
  }
  const change = (next: string) => onChange(next === '' ? undefined : next);
  return (
    <Field label={words.label} hint={words.hint} error={error}>
      {(control) => (
        <span className="flex items-start gap-2">
          {hasLines ? (
            <TextArea
              {...control}
              autoComplete="off"
              spellCheck={false}
              ref={replacing ? focus : undefined}
              value={value ?? ''}
              onChange={(event) => change(event.target.value)}
              className="min-h-28 font-mono text-sm"
            />
          ) : (
            <Input
              {...control}
              type="password"
              autoComplete="off"
              ref={replacing ? focus : undefined}
              value={value ?? ''}
              onChange={(event) => change(event.target.value)}
            />
          )}
          {replacing ? (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => {
                setReplacing(false);
                onChange(undefined);
              }}
            >
              {words.keep}
            </Button>
          ) : null}
        </span>
      )}
    </Field>
  );
}

/** Whoever pressed Replace wants to type. */
function focus(input: HTMLElement | null): void {
  input?.focus();
}
