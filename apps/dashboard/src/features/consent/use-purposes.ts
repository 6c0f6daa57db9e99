import { listPurposes, type Purpose } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';

/** The purposes to choose from. */
export function usePurposes(): readonly Purpose[] {
  return useRead(listPurposes, { query: { limit: 200 } }).data?.data ?? [];
}
