import type { Route, RouteOutput } from '@mortise/contract';
import { callRoute, type Caller, type CallInput, type CallOptions } from './call.ts';

/** One row of a list route's answer. */
export type RowOf<R extends Route> = RouteOutput<R> extends { data: readonly (infer T)[] } ? T : never;

/** Every row of a list, fetched a page at a time as the loop asks for them. Stop by leaving the loop. */
export async function* paginateRoute<R extends Route>(
  caller: Caller,
  route: R,
  input: CallInput<R>,
  options?: CallOptions,
): AsyncGenerator<RowOf<R>, void, undefined> {
  const first = input as { query?: Record<string, unknown> };
  let cursor: string | null | undefined;
  do {
    const query = cursor == null ? first.query : { ...first.query, cursor };
    const page = (await callRoute(
      caller,
      route,
      { ...first, query } as unknown as CallInput<R>,
      options,
    )) as {
      data: RowOf<R>[];
      nextCursor?: string | null;
    };
    yield* page.data;
    cursor = page.nextCursor;
  } while (cursor != null);
}
