import clsx from 'clsx';
import { ChevronRight, CircleAlert } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';

interface FormSectionProps {
  title: string;
  /** Its present value, in a line. */
  summary: string;
  /** Something in it is wrong: it cannot be closed over. */
  isWrong: boolean;
  children: ReactNode;
}

/** A part of a form that shows what it is set to and opens on demand. */
export function FormSection({ title, summary, isWrong, children }: FormSectionProps) {
  const id = useId();
  const [wanted, setWanted] = useState(false);
  const open = wanted || isWrong;
  return (
    <div className="border-t">
      <h3>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setWanted(!open)}
          className="flex w-full items-center gap-3 px-4 py-3 text-left -outline-offset-2 hover:bg-sunken sm:px-5"
        >
          <ChevronRight
            className={clsx('size-4 shrink-0 text-ink-faint transition-transform', open && 'rotate-90')}
            aria-hidden
          />
          <span className="min-w-0 flex-1 gap-x-4 sm:grid sm:grid-cols-[9rem_minmax(0,1fr)]">
            <span className="block font-medium">{title}</span>
            <span className="block truncate font-normal text-ink-faint">{summary}</span>
          </span>
          {isWrong ? <CircleAlert className="size-4 shrink-0 text-bad" aria-hidden /> : null}
        </button>
      </h3>
      <div id={id} hidden={!open} className="px-4 pt-1 pb-5 sm:pr-5 sm:pl-12">
        {open ? <div className="flex max-w-2xl flex-col gap-4">{children}</div> : null}
      </div>
    </div>
  );
}
