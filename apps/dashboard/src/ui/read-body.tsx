import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { SkeletonPage } from './skeleton.tsx';

interface ReadBodyProps<T> {
  read: UseQueryResult<T>;
  /** Another shape to wait in than a page's. */
  waiting?: ReactNode;
  children: (value: T) => ReactNode;
}

/** One thing in whichever state it is: being read, failed, or there. A failed refresh keeps what was there. */
export function ReadBody<T>({ read, waiting, children }: ReadBodyProps<T>) {
  if (read.data !== undefined) return children(read.data);
  if (read.error !== null) return <ErrorState error={read.error} onRetry={() => void read.refetch()} />;
  return waiting ?? <SkeletonPage />;
}
