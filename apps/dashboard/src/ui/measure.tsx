import type { ReactNode } from 'react';

/** One figure of a running thing with its name; stands in a `dl`. */
export function Measure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-ink-faint">{name}</dt>
      <dd className="figures mt-0.5 text-lg font-medium">{children}</dd>
    </div>
  );
}
