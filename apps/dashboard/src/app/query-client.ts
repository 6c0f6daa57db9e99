import { MortiseError } from '@mortise/sdk';
import { QueryCache, QueryClient } from '@tanstack/react-query';

let tellSignedOut: () => void = () => undefined;

/** Called when a session that was there is no more: it ended elsewhere, or lapsed. */
export function onSignedOut(listener: () => void): void {
  tellSignedOut = listener;
}

/** What has been read. The SDK tries again by itself, so that here nothing is tried twice. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      const isFirstQuestion = query.queryKey[0] === 'me' && query.state.data === undefined;
      if (error instanceof MortiseError && error.code === 'unauthenticated' && !isFirstQuestion)
        tellSignedOut();
    },
  }),
  defaultOptions: {
    queries: {
      retry: false,
      staleTime: 10_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: (query) =>
        !(query.state.error instanceof MortiseError && query.state.error.status === 404),
    },
    mutations: { retry: false },
  },
});
