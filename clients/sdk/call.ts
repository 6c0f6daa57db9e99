import type { Route, RouteInput, RouteOutput } from '@mortise/contract';
import { addressOf } from './address.ts';
import { errorOfNetwork, errorOfResponse, MortiseError } from './error.ts';
import { idempotencyKey } from './idempotency-key.ts';
import {
  defaultRetry,
  isCreate,
  isRepeatable,
  nextDelayMs,
  pause,
  retryAfterMs,
  type RetryPolicy,
} from './retry.ts';

type Part<K extends string, T> = [T] extends [undefined]
  ? { [P in K]?: undefined }
  : object extends T
    ? { [P in K]?: T | undefined }
    : { [P in K]: T };

/** What a route takes; parts that the route lacks, or in which nothing is required, may be left out. */
export type CallInput<R extends Route> = Part<'params', RouteInput<R>['params']> &
  Part<'query', RouteInput<R>['query']> &
  Part<'body', RouteInput<R>['body']>;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Creates only. Made for each call when left out, and kept over its own retries. */
  idempotencyKey?: string | undefined;
  /** The version you read: the change is refused (`version_mismatch`) when another was made meanwhile. */
  ifMatch?: number | undefined;
  /** Another tenant than the client's. */
  tenant?: string | undefined;
}

/** Everything about the caller that a call needs. */
export interface Caller {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  /** Headers of every request: credential, tenant and the caller's own. */
  readonly headers: () => Headers;
  readonly retry?: RetryPolicy | undefined;
  /** Checks each answer against the contract: for tests and for debugging, since it costs a parse. */
  readonly validate?: boolean | undefined;
}

/** The rest arguments of a call: the input may be left out where nothing in it is required. */
export type CallArguments<R extends Route> =
  object extends CallInput<R>
    ? [input?: CallInput<R>, options?: CallOptions]
    : [input: CallInput<R>, options?: CallOptions];

/**
 * Calls one route and gives its parsed answer (undefined for 204).
 * Repeatable calls are tried again on network errors, 429 and 503, waiting as long as Retry-After asks.
 * @throws MortiseError for every failure but an abort, which rejects with the signal's reason
 */
export async function callRoute<R extends Route>(
  caller: Caller,
  route: R,
  input: CallInput<R>,
  options: CallOptions = {},
): Promise<RouteOutput<R>> {
  const parts = input as { params?: unknown; query?: unknown; body?: unknown };
  const url = addressOf(route, parts.params, parts.query, caller.baseUrl);
  const request = { method: route.method, ...requestOf(caller, route, parts.body, options) };
  const policy = isRepeatable(route) ? (caller.retry ?? defaultRetry) : { ...defaultRetry, tries: 1 };
  let lostAnswer = false;
  for (let tried = 1; ; tried += 1) {
    const result = await attempt(caller, url, request);
    if (result instanceof Response) return readAnswer(caller, route, result);
    // A delete whose first answer was lost and whose second finds nothing has done its work.
    if (route.method === 'DELETE' && lostAnswer && result.status === 404) return undefined as RouteOutput<R>;
    lostAnswer ||= result.status === 0;
    const delayMs = nextDelayMs(result, tried, policy);
    if (delayMs === undefined) throw result;
    await pause(delayMs, options.signal);
  }
}

function requestOf(caller: Caller, route: Route, body: unknown, options: CallOptions): RequestInit {
  const headers = caller.headers();
  headers.set('accept', 'application/json');
  if (options.tenant !== undefined) headers.set('mortise-tenant', options.tenant);
  if (options.ifMatch !== undefined) headers.set('if-match', `"${options.ifMatch}"`);
  if (isCreate(route)) headers.set('idempotency-key', options.idempotencyKey ?? idempotencyKey());
  const init: RequestInit = { headers, credentials: 'same-origin', redirect: 'error' };
  if (options.signal) init.signal = options.signal;
  if (body !== undefined) {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(body);
  }
  return init;
}

async function attempt(caller: Caller, url: string, request: RequestInit): Promise<Response | MortiseError> {
  try {
    const response = await caller.fetch(url, request);
    if (response.ok) return response;
    return await errorOfResponse(response, retryAfterMs(response.headers.get('retry-after'), Date.now()));
  } catch (cause) {
    if (request.signal?.aborted) throw cause;
    return errorOfNetwork(cause);
  }
}

async function readAnswer<R extends Route>(
  caller: Caller,
  route: R,
  response: Response,
): Promise<RouteOutput<R>> {
  if (response.status === 204) return undefined as RouteOutput<R>;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const wrong = (cause: unknown) =>
    new MortiseError({
      code: 'unexpected_answer',
      title: `${route.name} gave an answer that the contract does not know`,
      status: response.status,
      requestId,
      cause,
    });
  const json: unknown = await response.json().catch((cause: unknown) => Promise.reject(wrong(cause)));
  if (caller.validate !== true) return json as RouteOutput<R>;
  const parsed = route.response.safeParse(json);
  if (!parsed.success) throw wrong(parsed.error);
  return parsed.data as RouteOutput<R>;
}
