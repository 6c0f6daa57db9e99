import { z } from 'zod';

/** The schema of what is not there: a route without parameters, query or body. */
export const nothing = z.undefined();

/** What one route of the HTTP API takes and gives. The server, OpenAPI, the SDK and the docs all read this. */
export interface Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path with `:name` for each parameter. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The status of the answer when all went well: 200, 201, 202 or 204. */
  readonly status: 200 | 201 | 202 | 204 | 302;
  readonly response: R;
}

type Given = Partial<Pick<Route, 'params' | 'query' | 'body' | 'response' | 'status'>> &
  Pick<Route, 'name' | 'method' | 'path' | 'tag' | 'summary'>;

type Schema<T, K extends string> = T extends Record<K, infer S extends z.ZodType> ? S : typeof nothing;

/** States one route. What is left out takes nothing (params, query, body) or gives nothing back. */
export function defineRoute<const T extends Given>(
  given: T,
): Route<Schema<T, 'params'>, Schema<T, 'query'>, Schema<T, 'body'>, Schema<T, 'response'>> & {
  readonly name: T['name'];
} {
  const status = given.status ?? (given.response === undefined ? 204 : 200);
  return {
    params: nothing,
    query: nothing,
    body: nothing,
    response: nothing,
    ...given,
    status,
  } as unknown as ReturnType<typeof defineRoute<T>>;
}

/** What a caller writes: the input side of the route's schemas. */
export interface RouteInput<R extends Route> {
  params: z.input<R['params']>;
  query: z.input<R['query']>;
  body: z.input<R['body']>;
}

/** What a handler reads: the parsed side of the route's schemas. */
export interface RouteParsed<R extends Route> {
  params: z.output<R['params']>;
  query: z.output<R['query']>;
  body: z.output<R['body']>;
}

/** What the route answers with, as it stands in JSON. */
export type RouteOutput<R extends Route> = z.output<R['response']>;
