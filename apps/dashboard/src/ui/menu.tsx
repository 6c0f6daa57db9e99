import clsx from 'clsx';
import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import { useState, type ReactNode } from 'react';

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
}

/** A list of actions behind a button. */
export function Menu({ trigger, children, align = 'end', side = 'bottom' }: MenuProps) {
  const [button, setButton] = useState<HTMLButtonElement | null>(null);
  // Into the landmark (or the window) of its button: elsewhere, screen readers that go by landmarks would miss it.
  const place = button?.closest<HTMLElement>('[role="dialog"], main, aside');
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild ref={setButton}>
        {trigger}
      </Radix.Trigger>
      <Radix.Portal {...(place == null ? {} : { container: place })}>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-[70vh] min-w-48 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-pop animate-[appear_0.1s_ease-out]"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface MenuItemProps {
  onSelect: () => void;
  icon?: ReactNode;
  danger?: boolean;
  checked?: boolean;
  disabled?: boolean;
  children: ReactNode;
}

const itemClass = clsx(
  'flex items-center gap-2 rounded-md px-2 py-1.5 outline-none pointer-coarse:py-2.5 [&_svg]:size-4 [&_svg]:shrink-0',
  'data-highlighted:bg-sunken data-disabled:opacity-50',
);

export function MenuItem({
  onSelect,
  icon,
  danger = false,
  checked,
  disabled = false,
  children,
}: MenuItemProps) {
  const look = clsx(itemClass, danger ? 'text-bad data-highlighted:bg-bad-soft' : 'text-ink');
  if (checked !== undefined) {
    return (
      <Radix.CheckboxItem className={look} checked={checked} onSelect={onSelect} disabled={disabled}>
        {icon}
        <span className="min-w-0 flex-1 truncate">{children}</span>
        <Check className={checked ? 'text-accent' : 'invisible'} aria-hidden />
      </Radix.CheckboxItem>
    );
  }
  return (
    <Radix.Item className={look} onSelect={onSelect} disabled={disabled}>
      {icon}
      <span className="min-w-0 flex-1">{children}</span>
    </Radix.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-1.5 pb-1 text-xs text-ink-faint">{children}</Radix.Label>;
}

export function MenuLine() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
