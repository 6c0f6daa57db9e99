import { readUndelivered } from '@mortise/contract';
import { useQuery } from '@tanstack/react-query';
import { readOptions } from '../../app/use-read.ts';

const pollMs = 4000;

/**
 * What has not arrived, of one webhook or of all. While something moves by itself it is asked for again: that it has
 * arrived is told by no hint of its own.
 */
export function useUndelivered(webhookId?: string) {
  return useQuery({
    ...readOptions(readUndelivered, { query: { webhookId } }),
    refetchInterval: (query) =>
      query.state.data?.data.some(({ why }) => why !== 'held' && why !== 'failed') === true ? pollMs : false,
  });
}
