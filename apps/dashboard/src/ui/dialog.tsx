import clsx from 'clsx';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { text } from '../messages/index.ts';
import { buttonClass } from './button.tsx';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** The row of buttons at its foot. */
  footer?: ReactNode;
  /** `side`: a sheet from the right edge, for what is long; `centre` otherwise. */
  place?: 'centre' | 'side';
  /** Shown once and then gone: a click beside it must not close it. */
  sticky?: boolean;
  width?: 'md' | 'lg';
}

const places = {
  centre:
    'inset-x-3 top-[max(1rem,10vh)] mx-auto max-h-[80vh] rounded-xl animate-[appear_0.14s_ease-out] sm:inset-x-6',
  side: 'inset-y-0 right-0 w-[min(34rem,100vw)] border-l animate-[slide-in_0.18s_ease-out] sm:rounded-l-xl',
};

/** A window over the page: focus stays in it, Escape closes it, what is behind does not scroll. */
export function Dialog(props: DialogProps) {
  const {
    open,
    onOpenChange,
    title,
    description,
    children,
    footer,
    place = 'centre',
    sticky,
    width = 'md',
  } = props;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(20_16_10/0.45)] animate-[fade_0.14s_ease-out]" />
        <Radix.Content
          className={clsx(
            'fixed z-50 flex flex-col border border-line bg-raised shadow-pop focus:outline-none',
            places[place],
            place === 'centre' && (width === 'lg' ? 'max-w-2xl' : 'max-w-lg'),
          )}
          {...(sticky === true ? { onInteractOutside: (event: Event) => event.preventDefault() } : {})}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="flex items-start gap-4 px-5 pt-4.5 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description className="mt-1 text-pretty text-ink-soft">
                  {description}
                </Radix.Description>
              )}
            </div>
            <Radix.Close
              className={buttonClass({ variant: 'ghost', size: 'icon' }, '-mt-1 -mr-2')}
              aria-label={text.ui.close}
            >
              <X aria-hidden />
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          {footer === undefined ? null : (
            <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-3.5">{footer}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
