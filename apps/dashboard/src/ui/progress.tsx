import { Progress as Radix } from 'radix-ui';

interface ProgressProps {
  /** What is going on, for screen readers. */
  label: string;
  done: number;
  /** null: nobody knows how much there is. */
  total: number | null;
}

/** How far something has come. */
export function Progress({ label, done, total }: ProgressProps) {
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  return (
    <Radix.Root
      value={share === null ? null : Math.round(share * 100)}
      max={100}
      aria-label={label}
      className="h-1.5 w-full overflow-hidden rounded-full bg-line"
    >
      <Radix.Indicator
        className={
          share === null
            ? 'block h-full w-1/3 animate-[breathe_1.2s_ease-in-out_infinite] rounded-full bg-accent'
            : 'block h-full rounded-full bg-accent transition-[width] duration-300'
        }
        style={share === null ? {} : { width: `${share * 100}%` }}
      />
    </Radix.Root>
  );
}
