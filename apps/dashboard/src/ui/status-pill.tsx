import clsx from 'clsx';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'neutral' | 'accent';

const grounds: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  neutral: 'bg-sunken text-ink-soft ring-1 ring-line ring-inset',
  accent: 'bg-accent-soft text-accent',
};

interface StatusPillProps {
  tone: Tone;
  /** It is going on right now: the dot breathes. */
  live?: boolean;
  children: ReactNode;
}

/** A state in one or two words. The word says it, colour and dot only help. */
export function StatusPill({ tone, live = false, children }: StatusPillProps) {
  return (
    <span
      className={clsx(
        'inline-flex h-5.5 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        grounds[tone],
      )}
    >
      <span
        className={clsx(
          'size-1.5 rounded-full bg-current',
          live && 'animate-[breathe_1.4s_ease-in-out_infinite]',
        )}
        aria-hidden
      />
      {children}
    </span>
  );
}
