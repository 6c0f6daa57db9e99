import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';

interface HostRowsProps {
  value: Readonly<Record<string, string>>;
  onChange: (value: Record<string, string>) => void;
  errors: Readonly<Record<string, string | undefined>>;
}

/** Base URLs that replace the provider's: name and address, a row each. */
export function HostRows({ value, onChange, errors }: HostRowsProps) {
  const [rows, setRows] = useState(() => Object.entries(value).map(([name, url]) => ({ name, url })));
  const change = (next: typeof rows) => {
    setRows(next);
    onChange(
      Object.fromEntries(
        next.filter(({ name, url }) => name !== '' && url !== '').map(({ name, url }) => [name, url]),
      ),
    );
  };
  const set = (at: number, part: Partial<(typeof rows)[number]>) =>
    change(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium">{text.connections.hosts}</legend>
      <p className="text-sm text-pretty text-ink-faint">{text.connections.hostsHint}</p>
      {rows.map((row, at) => {
        const error = errors[`hosts.${row.name}`];
        return (
          <div key={at}>
            <div className="flex items-center gap-2">
              <Input
                aria-label={text.connections.hostName(at + 1)}
                className="max-w-28 font-mono"
                value={row.name}
                onChange={(event) => set(at, { name: event.target.value.trim() })}
              />
              <Input
                aria-label={text.connections.hostUrl(at + 1)}
                aria-invalid={error === undefined ? undefined : true}
                type="url"
                className="font-mono"
                value={row.url}
                onChange={(event) => set(at, { url: event.target.value.trim() })}
              />
              <Button
                variant="ghost"
                size="icon"
                aria-label={text.connections.removeHost(at + 1)}
                icon={<X aria-hidden />}
                onClick={() => change(rows.filter((_, index) => index !== at))}
              />
            </div>
            {error === undefined ? null : <p className="mt-1 text-sm text-bad">{error}</p>}
          </div>
        );
      })}
      <span>
        <Button
          size="sm"
          icon={<Plus aria-hidden />}
          onClick={() => setRows([...rows, { name: '', url: '' }])}
        >
          {text.connections.addHost}
        </Button>
      </span>
    </fieldset>
  );
}
