import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { TextArea } from '../../ui/input.tsx';

interface ScopeFieldProps {
  /** null: the provider's standard ones. */
  value: readonly string[] | null;
  standard: readonly string[];
  onChange: (value: string[] | null) => void;
  error?: string | undefined;
}

/** What an account is asked to allow. */
export function ScopeField({ value, standard, onChange, error }: ScopeFieldProps) {
  const [raw, setRaw] = useState((value ?? standard).join('\n'));
  return (
    <div className="flex flex-col gap-3">
      <Checkbox
        label={text.connections.ownScopes}
        hint={text.connections.ownScopesHint}
        checked={value !== null}
        onChange={(own) => onChange(own ? linesOf(raw) : null)}
      />
      {value === null ? (
        <div className="flex flex-wrap gap-1.5">
          <span className="sr-only">{text.connections.standardScopes}</span>
          {standard.map((scope) => (
            <Badge key={scope} mono>
              {scope}
            </Badge>
          ))}
        </div>
      ) : (
        <Field label={text.connections.scopes} hint={text.connections.scopesHint} error={error}>
          {(control) => (
            <TextArea
              {...control}
              rows={5}
              spellCheck={false}
              className="font-mono"
              value={raw}
              onChange={(change) => {
                setRaw(change.target.value);
                onChange(linesOf(change.target.value));
              }}
            />
          )}
        </Field>
      )}
    </div>
  );
}

function linesOf(raw: string): string[] {
  return raw.split(/\s+/).filter((line) => line !== '');
}
