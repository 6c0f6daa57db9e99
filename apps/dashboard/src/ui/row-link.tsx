import { createLink } from '@tanstack/react-router';
import clsx from 'clsx';
import type { ComponentProps } from 'react';
import { moveBetweenRows } from './move-between-rows.ts';

function Anchor({ className, children, href, ...rest }: ComponentProps<'a'>) {
  return (
    <a
      href={href}
      data-row-link
      className={clsx(
        'block truncate rounded-sm font-medium text-ink after:absolute after:inset-0',
        className,
      )}
      {...rest}
      onKeyDown={moveBetweenRows}
    >
      {children}
    </a>
  );
}

/** The link of a table's row; clicking anywhere in the row follows it. */
export const RowLink = createLink(Anchor);
