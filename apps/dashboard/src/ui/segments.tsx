import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

interface SegmentsProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  label: string;
  choices: readonly { value: T; label: string; icon?: ReactNode }[];
}

/** One of two to four, all in sight. */
export function Segments<T extends string>({ value, onChange, label, choices }: SegmentsProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      aria-label={label}
      onValueChange={(next) => {
        if (next !== '') onChange(next as T);
      }}
      className="inline-flex max-w-full gap-0.5 rounded-lg border border-line bg-sunken p-0.5"
    >
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          className="inline-flex h-7 items-center gap-1.5 rounded-md px-3 font-medium text-ink-soft hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-card pointer-coarse:h-9 [&_svg]:size-4"
        >
          {choice.icon}
          {choice.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
