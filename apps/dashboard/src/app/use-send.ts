import type { Route, RouteOutput } from '@mortise/contract';
import type { CallInput, CallOptions } from '@mortise/sdk';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { tellDone, tellError } from '../ui/toast.tsx';
import { client } from './client.ts';
import { tagKey, type Tag } from './keys.ts';

interface SendOptions<R extends Route> {
  /** What to say when it went well. */
  done?: string | ((answer: RouteOutput<R>) => string);
  /** Tags to read anew besides the route's own; Overview and Audit always are. */
  also?: readonly Tag[];
  /** The caller shows the error itself, beside its form. */
  ownError?: boolean;
  onDone?: (answer: RouteOutput<R>) => void;
}

/** What a mutation takes: the route's input, and the version read (`ifMatch`) where it changes something. */
export type SendInput<R extends Route> = CallInput<R> & Pick<CallOptions, 'ifMatch'>;

/** Sends one route that changes something: says how it went and has read anew what it touched. */
export function useSend<R extends Route>(
  route: R,
  { done, also = [], ownError = false, onDone }: SendOptions<R> = {},
): UseMutationResult<RouteOutput<R>, Error, SendInput<R>> {
  const queryClient = useQueryClient();
  return useMutation<RouteOutput<R>, Error, SendInput<R>>({
    mutationFn: ({ ifMatch, ...input }) =>
      (client.call as (route: Route, input: object, options: CallOptions) => Promise<unknown>)(route, input, {
        ifMatch,
      }) as Promise<RouteOutput<R>>,
    onSuccess: (answer) => {
      const tags = new Set<Tag>([route.tag as Tag, 'Overview', 'Audit', ...also]);
      for (const tag of tags) void queryClient.invalidateQueries({ queryKey: tagKey(tag) });
      if (done !== undefined) tellDone(typeof done === 'string' ? done : done(answer));
      onDone?.(answer);
    },
    onError: (error) => {
      if (!ownError) tellError(error);
    },
  });
}
