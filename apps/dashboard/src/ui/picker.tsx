import clsx from 'clsx';
import { Check } from 'lucide-react';
import { Popover as Radix } from 'radix-ui';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { locale } from '../messages/index.ts';
import { Button } from './button.tsx';
import { Input } from './input.tsx';

export interface PickerOption {
  readonly id: string;
  /** What a search looks through. */
  readonly words: string;
  readonly face: ReactNode;
}

interface PickerProps {
  /** What is chosen here, for screen readers. */
  label: string;
  /** The button that opens it. */
  trigger: ReactNode;
  options: readonly PickerOption[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
  searchLabel: string;
  noMatch: string;
  /** Stands below the options: `PickerAction`s. */
  foot?: ReactNode;
}

/** From so many on, one looks for an option by name rather than by eye. */
const searchFrom = 8;

/**
 * One of many that need more than a word each: a list behind a button, with a search where there are eight or more.
 * Keyboard as the ARIA patterns of listbox and combobox have it: the arrows, Home and End move, Enter chooses.
 */
export function Picker({ label, trigger, chosen, onChoose, ...list }: PickerProps) {
  const [open, setOpen] = useState(false);
  const [button, setButton] = useState<HTMLButtonElement | null>(null);
  // Into the landmark of its button, as menus are.
  const place = button?.closest<HTMLElement>('[role="dialog"], main, aside');
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild ref={setButton}>
        {trigger}
      </Radix.Trigger>
      <Radix.Portal {...(place == null ? {} : { container: place })}>
        <Radix.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className="z-50 flex max-h-[min(70vh,var(--radix-popover-content-available-height))] w-[min(22rem,calc(100vw-2rem))] flex-col overflow-hidden rounded-lg border border-line bg-raised shadow-pop animate-[appear_0.1s_ease-out] focus:outline-none"
        >
          <Options
            {...list}
            label={label}
            chosen={chosen}
            onChoose={(id) => {
              setOpen(false);
              if (id !== chosen) onChoose(id);
            }}
          />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface PickerActionProps {
  icon: ReactNode;
  onSelect: () => void;
  children: ReactNode;
}

/** Something else to do than to choose; it closes the list. */
export function PickerAction({ icon, onSelect, children }: PickerActionProps) {
  return (
    <Radix.Close asChild>
      <Button variant="ghost" className="w-full justify-start" icon={icon} onClick={onSelect}>
        {children}
      </Button>
    </Radix.Close>
  );
}

type OptionsProps = Omit<PickerProps, 'trigger'>;

function Options({ label, options, chosen, onChoose, searchLabel, noMatch, foot }: OptionsProps) {
  const id = useId();
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(chosen ?? options[0]?.id);
  const hasSearch = options.length >= searchFrom;
  const shown = options.filter(({ words }) => holds(words, search));
  // What is typed may have left out the option one was on.
  const at = Math.max(
    0,
    shown.findIndex((option) => option.id === active),
  );
  const current = shown[at];
  const idOf = (option: PickerOption) => `${id}-${option.id}`;

  const move = (event: KeyboardEvent) => {
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    const chooses = event.key === 'Enter' || (event.key === ' ' && !hasSearch);
    if (next === undefined && !chooses) return;
    // In the search field Home and End belong to what is typed.
    if (hasSearch && (event.key === 'Home' || event.key === 'End')) return;
    event.preventDefault();
    if (chooses) {
      if (current !== undefined) onChoose(current.id);
      return;
    }
    const to = shown[Math.min(shown.length - 1, Math.max(0, next ?? 0))];
    if (to === undefined) return;
    setActive(to.id);
    document.getElementById(idOf(to))?.scrollIntoView({ block: 'nearest' });
  };
  const pointsTo = {
    'aria-activedescendant': current === undefined ? undefined : idOf(current),
    onKeyDown: move,
  };

  return (
    <>
      {hasSearch ? (
        <div className="border-b p-2">
          <Input
            type="search"
            role="combobox"
            aria-label={searchLabel}
            aria-expanded
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            placeholder={searchLabel}
            autoComplete="off"
            value={search}
            onChange={(change) => setSearch(change.target.value)}
            {...pointsTo}
          />
        </div>
      ) : null}
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        tabIndex={hasSearch ? -1 : 0}
        className="min-h-0 flex-1 overflow-y-auto p-1 focus:outline-none"
        {...(hasSearch ? {} : pointsTo)}
      >
        {shown.map((option) => (
          <button
            type="button"
            tabIndex={-1}
            key={option.id}
            id={idOf(option)}
            role="option"
            aria-selected={option.id === chosen}
            onClick={() => onChoose(option.id)}
            onPointerMove={() => setActive(option.id)}
            className={clsx(
              'flex w-full items-center gap-3 rounded-md px-2 py-1.5 text-left pointer-coarse:py-2.5',
              option.id === current?.id && 'bg-sunken ring-1 ring-line-strong ring-inset',
            )}
          >
            <span className="min-w-0 flex-1">{option.face}</span>
            <Check
              className={clsx('size-4 shrink-0', option.id === chosen ? 'text-accent' : 'invisible')}
              aria-hidden
            />
          </button>
        ))}
      </div>
      {shown.length === 0 ? (
        <p role="status" className="px-3 pb-3 text-ink-faint">
          {noMatch}
        </p>
      ) : null}
      {foot === undefined ? null : <div className="border-t p-1">{foot}</div>}
    </>
  );
}

/** Whether every word that is looked for stands in the text; accents and case do not matter. */
function holds(words: string, search: string): boolean {
  const plain = (given: string) => given.normalize('NFD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase(locale);
  const within = plain(words);
  return plain(search)
    .split(/\s+/)
    .every((word) => within.includes(word));
}
