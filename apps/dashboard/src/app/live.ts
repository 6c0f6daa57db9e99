import { readRun, type Hint } from '@mortise/contract';
import { MortiseError } from '@mortise/sdk';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from './client.ts';
import { tagsOfHint } from './hint-tags.ts';
import { keyOf, tagKey, type Tag } from './keys.ts';

export type Liveness = 'connecting' | 'live' | 'gap';

/** However many hints come, a list is read anew at most this often. */
const pauseMs = 700;

/** Listens to the stream of one organisation while it is shown: hints make what they touch be read anew. */
export function useLive(tenantId: string | undefined): Liveness {
  const queryClient = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    if (tenantId === undefined) return undefined;
    const controller = new AbortController();
    const refresher = refresh(queryClient);
    client
      .stream({
        signal: controller.signal,
        onOpen: () => setLiveness('live'),
        onGap: () => setLiveness('gap'),
        onHint: (hint) => {
          showRun(queryClient, hint);
          refresher.ask(tagsOfHint(hint));
        },
      })
      .catch((error: unknown) => {
        setLiveness('gap');
        // The session has ended elsewhere: asking who this is leads to the sign-in page.
        if (error instanceof MortiseError && error.code === 'unauthenticated') {
          void queryClient.invalidateQueries({ queryKey: ['me'] });
        }
      });
    return () => {
      controller.abort();
      refresher.stop();
    };
  }, [tenantId, queryClient]);
  return liveness;
}

/** A run's hint carries its state: progress moves without a further request. */
function showRun(queryClient: QueryClient, hint: Hint): void {
  if (hint.run === undefined) return;
  queryClient.setQueryData(keyOf(readRun, { params: { id: hint.run.id } }), hint.run);
}

function refresh(queryClient: QueryClient) {
  const wanted = new Set<Tag>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const tag of wanted) void queryClient.invalidateQueries({ queryKey: tagKey(tag) });
    wanted.clear();
  };
  return {
    ask: (tags: readonly Tag[]) => {
      for (const tag of tags) wanted.add(tag);
      timer ??= setTimeout(flush, pauseMs);
    },
    stop: () => clearTimeout(timer),
  };
}
