import type { ReactNode } from 'react';

interface FactsProps {
  /** Label and value; a value of undefined or null leaves the row out. */
  rows: readonly (readonly [label: string, value: ReactNode])[];
}

/** What there is to know about one thing, label beside value. */
export function Facts({ rows }: FactsProps) {
  return (
    <dl className="@container">
      {rows
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([label, value]) => (
          <div
            key={label}
            className="gap-x-5 border-t border-line py-2 first:border-t-0 @sm:grid @sm:grid-cols-[8.5rem_minmax(0,1fr)]"
          >
            <dt className="text-ink-faint">{label}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
