import { readReplay } from '@mortise/contract';
import { useQuery } from '@tanstack/react-query';
import { readOptions } from '../../app/use-read.ts';
import { isDraining } from './replay-pace.ts';

const pollMs = 1000;

/** One replay while somebody watches it drain: between the live hints it is asked for each second. */
export function useReplay(id: string | undefined) {
  return useQuery({
    ...readOptions(readReplay, { params: { id: id ?? '' } }),
    enabled: id !== undefined,
    refetchInterval: (query) =>
      query.state.data !== undefined && isDraining(query.state.data) ? pollMs : false,
  });
}
