import clsx from 'clsx';
import { text } from '../messages/index.ts';

/** A grey place-holder in the shape of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      className={clsx('block animate-[breathe_1.6s_ease-in-out_infinite] rounded-sm bg-line', className)}
      aria-hidden
    />
  );
}

/** Rows of a list that is being read. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" className="divide-y">
      <span className="sr-only">{text.ui.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-4 px-4 py-3.5 sm:px-5">
          <Skeleton className={clsx('h-3.5', row % 3 === 0 ? 'w-2/5' : row % 3 === 1 ? 'w-1/3' : 'w-1/2')} />
          <Skeleton className="ml-auto h-3.5 w-16" />
        </div>
      ))}
    </div>
  );
}

/** A whole page that is being read. */
export function SkeletonPage() {
  return (
    <div role="status">
      <span className="sr-only">{text.ui.loading}</span>
      <Skeleton className="mb-3 h-7 w-56" />
      <Skeleton className="mb-7 h-4 w-80 max-w-full" />
      <Skeleton className="h-48 w-full rounded-xl" />
    </div>
  );
}
