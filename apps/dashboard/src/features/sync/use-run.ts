import { readRun, type Run } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { isOpen } from './run-pace.ts';

/** A run that a list has told of, at its newest: while it is open the live stream moves it without a request. */
export function useRun(listed: Run): Run {
  const read = useRead(readRun, { params: { id: listed.id } }, { enabled: isOpen(listed) });
  return isOpen(listed) ? (read.data ?? listed) : listed;
}
