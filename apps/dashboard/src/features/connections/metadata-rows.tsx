import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import type { MetadataRow } from './metadata-problems.ts';

interface MetadataRowsProps {
  rows: readonly MetadataRow[];
  onChange: (rows: readonly MetadataRow[]) => void;
  /** What is wrong, by row. */
  errors: readonly (string | undefined)[];
  /** What is wrong with all of them together. */
  error: string | undefined;
}

/** Notes on an account, key and value, a row each. */
export function MetadataRows({ rows, onChange, errors, error }: MetadataRowsProps) {
  const id = useId();
  const set = (at: number, part: Partial<MetadataRow>) =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium">{text.connections.notes}</legend>
      <p className="text-sm text-pretty text-ink-faint">{text.connections.notesHint}</p>
      {rows.map((row, at) => {
        const wrong = errors[at];
        const told = wrong === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-${at}` };
        return (
          <div key={at}>
            <div className="flex items-center gap-2">
              <Input
                {...told}
                aria-label={text.connections.noteKey(at + 1)}
                className="max-w-[40%] font-mono"
                autoComplete="off"
                value={row.key}
                onChange={({ target }) => set(at, { key: target.value })}
              />
              <Input
                aria-label={text.connections.noteValue(at + 1)}
                autoComplete="off"
                value={row.value}
                onChange={({ target }) => set(at, { value: target.value })}
              />
              <Button
                variant="ghost"
                size="icon"
                aria-label={text.connections.removeNote(at + 1)}
                icon={<X aria-hidden />}
                onClick={() => onChange(rows.filter((_, index) => index !== at))}
              />
            </div>
            {wrong === undefined ? null : (
              <p id={`${id}-${at}`} className="mt-1 text-sm text-bad">
                {wrong}
              </p>
            )}
          </div>
        );
      })}
      {error === undefined ? null : <p className="text-sm text-bad">{error}</p>}
      <span>
        <Button
          size="sm"
          icon={<Plus aria-hidden />}
          onClick={() => onChange([...rows, { key: '', value: '' }])}
        >
          {text.connections.addNote}
        </Button>
      </span>
    </fieldset>
  );
}
