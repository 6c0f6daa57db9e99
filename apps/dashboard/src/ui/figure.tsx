import clsx from 'clsx';
import type { ReactNode } from 'react';
import { locale } from '../messages/index.ts';

interface FigureProps {
  label: string;
  value: number;
  /** What the number is made of. */
  note?: ReactNode;
  tone?: 'bad' | 'warn' | undefined;
}

/** One number with its name. */
export function Figure({ label, value, note, tone }: FigureProps) {
  return (
    <div className="min-w-0">
      <p className="text-sm text-ink-faint">{label}</p>
      <p
        className={clsx(
          'figures mt-0.5 text-2xl font-semibold tracking-tight',
          tone === 'bad' && 'text-bad',
          tone === 'warn' && 'text-warn',
        )}
      >
        {new Intl.NumberFormat(locale).format(value)}
      </p>
      {note === undefined ? null : <p className="figures text-sm text-ink-soft">{note}</p>}
    </div>
  );
}
