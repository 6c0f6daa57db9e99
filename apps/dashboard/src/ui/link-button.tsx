import { createLink } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import { buttonClass, type ButtonSize, type ButtonVariant } from './button.tsx';

interface AnchorProps extends ComponentProps<'a'> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
}

function Anchor({ variant, size, icon, className, children, ...rest }: AnchorProps) {
  return (
    <a className={buttonClass({ variant, size }, className)} {...rest}>
      {icon}
      {children}
    </a>
  );
}

/** A link to another page that looks like a button. */
export const LinkButton = createLink(Anchor);
