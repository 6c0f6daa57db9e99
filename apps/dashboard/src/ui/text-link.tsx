import { createLink } from '@tanstack/react-router';
import clsx from 'clsx';
import type { ComponentProps } from 'react';

function Anchor({ className, children, ...rest }: ComponentProps<'a'>) {
  return (
    <a
      className={clsx(
        'rounded-sm font-medium text-accent underline decoration-accent-line decoration-1 underline-offset-3 hover:decoration-accent',
        className,
      )}
      {...rest}
    >
      {children}
    </a>
  );
}

/** A link within text. */
export const TextLink = createLink(Anchor);
