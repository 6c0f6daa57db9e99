import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { text } from '../messages/index.ts';

interface PageHeaderProps {
  title: string;
  /** What stands before the title: a logo. */
  mark?: ReactNode;
  /** What stands behind the title: a status. */
  status?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** A link to the list this came from; give it as `<BackLink to=… />`. */
  back?: ReactNode;
}

/** The head of each page: its one h1, the document's title, and the page's main actions. */
export function PageHeader({ title, mark, status, description, actions, back }: PageHeaderProps) {
  return (
    <header className="mb-5 sm:mb-6">
      <title>{text.app.documentTitle(title)}</title>
      {back}
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 items-center gap-3">
          {mark}
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1 tabIndex={-1} className="text-2xl font-semibold break-words">
                {title}
              </h1>
              {status}
            </div>
            {description === undefined ? null : (
              <p className="mt-0.5 max-w-[70ch] text-pretty text-ink-soft">{description}</p>
            )}
          </div>
        </div>
        {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}

/** The chevron and word of a way back, to be put into a Link. */
export function BackLabel({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1 text-sm text-ink-faint hover:text-ink">
      <ChevronLeft className="size-3.5" aria-hidden />
      {children}
    </span>
  );
}
