import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { text } from '../messages/index.ts';

/** A filter that is in force, with the way out of it. */
export function FilterChip({ children, onClear }: { children: ReactNode; onClear: () => void }) {
  return (
    <span className="inline-flex h-7 max-w-full items-center gap-1 rounded-full bg-accent-soft pr-1 pl-3 text-sm text-accent">
      <span className="truncate">{children}</span>
      <button
        type="button"
        aria-label={text.ui.clearFilter}
        onClick={onClear}
        className="grid size-5 place-items-center rounded-full hover:bg-accent hover:text-on-accent"
      >
        <X className="size-3.5" aria-hidden />
      </button>
    </span>
  );
}
