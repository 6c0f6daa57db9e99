import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface SpanFieldsProps {
  from: string;
  to: string;
  error?: string | undefined;
  onChange: (change: { from?: string; to?: string }) => void;
}

/** A span of one's own, in local time. */
export function SpanFields({ from, to, error, onChange }: SpanFieldsProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label={text.replays.from}>
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={from}
            onChange={(change) => onChange({ from: change.target.value })}
          />
        )}
      </Field>
      <Field label={text.replays.to} hint={text.replays.toHint} error={error}>
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={to}
            onChange={(change) => onChange({ to: change.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
