import { useMemo } from 'react';
import { text } from '../messages/index.ts';
import { CopyButton } from './copy-button.tsx';
import { jsonTokens, prettyJson, type JsonToken } from './json-tokens.ts';

const colours: Record<JsonToken['kind'], string | undefined> = {
  key: 'text-ink',
  string: 'text-accent',
  number: 'text-warn',
  word: 'text-info',
  plain: undefined,
};

interface CodeViewProps {
  /** Text, or a value to show as JSON. */
  value: unknown;
  /** What it is, for screen readers. */
  label: string;
  maxHeight?: string;
}

/** JSON, headers or a body: coloured, copied with one click, scrolled by keyboard too. */
export function CodeView({ value, label, maxHeight = '28rem' }: CodeViewProps) {
  const shown = useMemo(
    () => (typeof value === 'string' ? prettyJson(value) : JSON.stringify(value, null, 2)),
    [value],
  );
  const tokens = useMemo(() => (shown.length > 200_000 ? [] : jsonTokens(shown)), [shown]);
  return (
    <div className="relative">
      <pre
        role="region"
        aria-label={label}
        // A region that scrolls has to be reachable by keyboard.
        tabIndex={0}
        style={{ maxHeight }}
        className="overflow-auto rounded-lg border border-line bg-sunken py-3 pr-12 pl-4 font-mono text-sm leading-relaxed text-ink-soft"
      >
        <code>
          {tokens.length === 0
            ? shown
            : tokens.map((token, at) => (
                <span key={at} className={colours[token.kind]}>
                  {token.text}
                </span>
              ))}
        </code>
      </pre>
      <div className="absolute top-2 right-2 rounded-sm bg-sunken">
        <CopyButton value={shown} label={text.ui.copyValue(label)} />
      </div>
    </div>
  );
}
