import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

interface DisclosureProps {
  label: ReactNode;
  open?: boolean;
  children: ReactNode;
}

/** What few need, behind its name. The platform's own: it opens when the browser finds a word inside. */
export function Disclosure({ label, open = false, children }: DisclosureProps) {
  return (
    <details className="group" open={open}>
      <summary className="inline-flex list-none items-center gap-1.5 rounded-sm font-medium text-ink-soft hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-4 shrink-0 transition-transform group-open:rotate-90" aria-hidden />
        {label}
      </summary>
      <div className="pt-3">{children}</div>
    </details>
  );
}
