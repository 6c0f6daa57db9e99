import { readReceiptReplay } from '@mortise/contract';
import { useQuery } from '@tanstack/react-query';
import { readOptions } from '../../app/use-read.ts';
import { isDraining } from '../delivery/replay-pace.ts';

const pollMs = 1000;

/** One replay of receipts while somebody watches it: between the live hints it is asked for each second. */
export function useReceiptReplay(id: string | undefined) {
  return useQuery({
    ...readOptions(readReceiptReplay, { params: { id: id ?? '' } }),
    enabled: id !== undefined,
    refetchInterval: (query) =>
      query.state.data !== undefined && isDraining(query.state.data) ? pollMs : false,
  });
}
