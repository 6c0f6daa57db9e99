import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { BackLabel } from './page-header.tsx';

function Anchor({ children, ...rest }: ComponentProps<'a'>) {
  return (
    <a className="mb-2 inline-block rounded-sm" {...rest}>
      <BackLabel>{children}</BackLabel>
    </a>
  );
}

/** The way back to the list a page came from. */
export const BackLink = createLink(Anchor);
