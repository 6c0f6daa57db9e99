import { createLink } from '@tanstack/react-router';
import clsx from 'clsx';
import type { ComponentProps } from 'react';

function Anchor({ className, children, ...rest }: ComponentProps<'a'>) {
  return (
    <a
      data-row-link
      className={clsx(
        'block truncate rounded-sm font-medium text-ink after:absolute after:inset-0',
        className,
      )}
      {...rest}
    >
      {children}
    </a>
  );
}

/** The link of a table's row; clicking anywhere in the row follows it. */
export const RowLink = createLink(Anchor);
