import clsx from 'clsx';
import { useRef, type ReactNode } from 'react';
import { text } from '../messages/index.ts';
import { Field } from './field.tsx';
import { controlClass } from './input.tsx';

interface CodeFieldProps {
  label: string;
  hint?: ReactNode;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  /** What is wrong, and in which line (from 1) where that is known. */
  fault?: { message: string; line: number | undefined } | undefined;
}

const fewestLines = 6;
const mostLines = 18;
const invalidLook = 'has-[textarea[aria-invalid=true]]:border-bad';
const focusLook =
  'has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:outline-offset-0 has-[textarea:focus-visible]:outline-accent';

/** Code to be written by hand: lines are numbered, and the one at fault is marked. Tab leaves it, as in any field. */
export function CodeField({ label, hint, value, onChange, placeholder, fault }: CodeFieldProps) {
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  const told =
    fault === undefined
      ? undefined
      : fault.line === undefined
        ? fault.message
        : text.ui.inLine(fault.line, fault.message);
  return (
    <Field label={label} hint={hint} error={told}>
      {(control) => (
        <div className={clsx(controlClass, 'flex overflow-hidden px-0!', invalidLook, focusLook)}>
          <div
            ref={gutter}
            aria-hidden
            className="figures min-w-9 shrink-0 overflow-hidden border-r border-line bg-sunken py-2 text-right font-mono text-sm leading-5 text-ink-faint select-none"
            style={{ height: heightOf(lines) }}
          >
            {Array.from({ length: lines }, (_, at) => (
              <div
                key={at}
                className={clsx('px-2', at + 1 === fault?.line && 'bg-bad-soft font-medium text-bad')}
              >
                {at + 1}
              </div>
            ))}
          </div>
          <textarea
            {...control}
            value={value}
            placeholder={placeholder}
            wrap="off"
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            onChange={(change) => onChange(change.target.value)}
            onScroll={({ currentTarget }) => {
              if (gutter.current !== null) gutter.current.scrollTop = currentTarget.scrollTop;
            }}
            style={{ height: heightOf(lines) }}
            className="min-w-0 flex-1 resize-none bg-transparent px-3 py-2 font-mono text-sm leading-5 outline-none placeholder:text-ink-faint"
          />
        </div>
      )}
    </Field>
  );
}

/** As high as what is in it, within limits; lines are 20 px high. */
function heightOf(lines: number): string {
  return `${Math.min(mostLines, Math.max(fewestLines, lines)) * 1.25 + 1}rem`;
}
