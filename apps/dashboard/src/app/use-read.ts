import type { Route, RouteOutput } from '@mortise/contract';
import type { CallInput, RowOf } from '@mortise/sdk';
import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import { client } from './client.ts';
import { keyOf } from './keys.ts';

/** One read as TanStack Query takes it, for loaders and for `useQueries`. */
export function readOptions<R extends Route>(route: R, input: CallInput<R>) {
  return queryOptions<RouteOutput<R>>({
    queryKey: keyOf(route, input),
    queryFn: ({ signal }) => (client.call as LooseCall)(route, input, { signal }) as Promise<RouteOutput<R>>,
  });
}

interface ReadOptions {
  enabled?: boolean;
  /** Keeps the last answer on screen while another input is read. */
  keepPrevious?: boolean;
  /** Reads anew after so long, for what no hint of the stream tells of. */
  everyMs?: number | undefined;
}

/** Reads one route; live hints and mutations of its tag make it be read anew. */
export function useRead<R extends Route>(
  route: R,
  input: CallInput<R>,
  { enabled = true, keepPrevious = false, everyMs }: ReadOptions = {},
): UseQueryResult<RouteOutput<R>> {
  const options = readOptions(route, input);
  return useQuery({
    ...options,
    enabled,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}

export interface Pages<T> {
  rows: readonly T[];
  isPending: boolean;
  error: unknown;
  retry: () => void;
  hasMore: boolean;
  isFetchingMore: boolean;
  more: () => void;
}

interface PageAnswer {
  data: unknown[];
  nextCursor: string | null;
}

/** Reads a list route page by page. */
export function usePages<R extends Route>(route: R, input: CallInput<R>, enabled = true): Pages<RowOf<R>> {
  const given = input as { query?: Record<string, unknown> };
  const list = useInfiniteQuery({
    queryKey: [...keyOf(route, input), 'pages'],
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = { ...given.query, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      return (client.call as LooseCall)(route, { ...given, query }, { signal }) as Promise<PageAnswer>;
    },
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  return {
    rows: (list.data?.pages ?? []).flatMap((page) => page.data) as RowOf<R>[],
    isPending: list.isPending,
    error: list.error,
    retry: () => void list.refetch(),
    hasMore: list.hasNextPage,
    isFetchingMore: list.isFetchingNextPage,
    more: () => void list.fetchNextPage(),
  };
}

/** The client's call without its conditional arguments, which TypeScript cannot resolve for a route not yet known. */
type LooseCall = (route: Route, input: object, options: { signal: AbortSignal }) => Promise<unknown>;
