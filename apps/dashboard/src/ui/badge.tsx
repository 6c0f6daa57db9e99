import clsx from 'clsx';
import type { ReactNode } from 'react';

interface BadgeProps {
  children: ReactNode;
  mono?: boolean;
  className?: string;
}

/** A small label that is no state: an environment, a scope, an event type. */
export function Badge({ children, mono = false, className }: BadgeProps) {
  return (
    <span
      className={clsx(
        'inline-flex max-w-full items-center rounded-sm bg-sunken px-1.5 py-px text-xs text-ink-soft ring-1 ring-line ring-inset',
        mono && 'font-mono break-all',
        className,
      )}
    >
      {children}
    </span>
  );
}
