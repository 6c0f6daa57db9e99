import { Switch as Radix } from 'radix-ui';

interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** What it turns on, for screen readers, unless a Field labels it. */
  label?: string;
  id?: string;
  disabled?: boolean;
}

/** On or off, at once. */
export function Switch({ checked, onChange, label, ...rest }: SwitchProps) {
  return (
    <Radix.Root
      checked={checked}
      onCheckedChange={onChange}
      aria-label={label}
      className="inline-flex h-5 w-9 shrink-0 items-center rounded-full bg-ink-faint p-0.5 transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
      {...rest}
    >
      <Radix.Thumb className="size-4 rounded-full bg-raised shadow-card transition-transform data-[state=checked]:translate-x-4" />
    </Radix.Root>
  );
}
