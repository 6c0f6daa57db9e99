import clsx from 'clsx';
import type { ComponentProps } from 'react';

export const controlClass = clsx(
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 text-base text-ink shadow-card',
  'placeholder:text-ink-faint hover:border-ink-faint focus-visible:border-accent focus-visible:outline-offset-0',
  'disabled:bg-sunken disabled:text-ink-faint aria-invalid:border-bad transition-colors duration-100',
);

/** A line of text. 16 px on touch screens, where anything smaller makes the browser zoom in. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      className={clsx(controlClass, 'h-8.5 pointer-coarse:h-10 pointer-coarse:text-lg', className)}
      {...rest}
    />
  );
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea className={clsx(controlClass, 'min-h-20 py-2 pointer-coarse:text-lg', className)} {...rest} />
  );
}
