import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  /** Why there is nothing, and what will bring something. */
  description: ReactNode;
  action?: ReactNode;
}

/** What a list shows when it has nothing: never a blank. */
export function EmptyState({ icon, title, description, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <span
        className="mb-3.5 grid size-11 place-items-center rounded-xl border border-line bg-ground text-ink-faint [&_svg]:size-5"
        aria-hidden
      >
        {icon}
      </span>
      <p className="text-lg font-semibold">{title}</p>
      <p className="mt-1 max-w-[46ch] text-pretty text-ink-soft">{description}</p>
      {action === undefined ? null : <div className="mt-4.5">{action}</div>}
    </div>
  );
}
