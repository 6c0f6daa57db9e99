import clsx from 'clsx';
import { useId, type ReactNode } from 'react';

interface CardProps {
  title?: string;
  description?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  /** No padding around the content: for tables and lists that reach the edge. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

/** A section of a page. */
export function Card({ title, description, actions, flush = false, className, children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className={clsx('min-w-0 rounded-xl border border-line bg-surface shadow-card', className)}
    >
      {title === undefined ? null : (
        <div
          className={clsx(
            'flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-3.5 sm:px-5',
            flush ? 'pb-3' : 'pb-2',
          )}
        >
          <div className="min-w-0">
            <h2 id={id} className="text-lg font-semibold">
              {title}
            </h2>
            {description === undefined ? null : <p className="text-pretty text-ink-faint">{description}</p>}
          </div>
          {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
      )}
      <div className={flush ? undefined : clsx('px-4 pb-4.5 sm:px-5', title === undefined && 'pt-4.5')}>
        {children}
      </div>
    </section>
  );
}
