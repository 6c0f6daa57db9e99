import { readDelivery } from '@mortise/contract';
import { useQuery } from '@tanstack/react-query';
import { readOptions } from '../../app/use-read.ts';

const pollMs = 1500;

/**
 * One delivery while somebody waits for its outcome: besides the live hints it is asked for by itself until the
 * first attempt is over, so that a gap in the stream leaves nobody waiting.
 */
export function useDelivery(id: string | undefined) {
  return useQuery({
    ...readOptions(readDelivery, { params: { id: id ?? '' } }),
    enabled: id !== undefined,
    refetchInterval: (query) => (query.state.data?.status === 'pending' ? pollMs : false),
  });
}
