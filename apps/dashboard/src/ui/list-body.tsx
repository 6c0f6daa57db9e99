import type { ReactNode } from 'react';
import type { Pages } from '../app/use-read.ts';
import { ErrorState } from './error-state.tsx';
import { LoadMore } from './load-more.tsx';
import { SkeletonRows } from './skeleton.tsx';

interface ListBodyProps<T> {
  pages: Pages<T>;
  /** What stands there when there is nothing. */
  empty: ReactNode;
  children: (rows: readonly T[]) => ReactNode;
}

/** A list in whichever state it is: being read, failed, empty, or rows with the way to more. */
export function ListBody<T>({ pages, empty, children }: ListBodyProps<T>) {
  if (pages.isPending) return <SkeletonRows />;
  if (pages.error != null && pages.rows.length === 0)
    return <ErrorState error={pages.error} onRetry={pages.retry} />;
  if (pages.rows.length === 0) return empty;
  return (
    <>
      {children(pages.rows)}
      <LoadMore
        shown={pages.rows.length}
        hasMore={pages.hasMore}
        busy={pages.isFetchingMore}
        onMore={pages.more}
      />
    </>
  );
}
