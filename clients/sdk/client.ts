import type { Route, RouteOutput } from '@mortise/contract';
import { callRoute, type CallArguments, type Caller, type CallInput, type CallOptions } from './call.ts';
import { paginateRoute, type RowOf } from './paginate.ts';
import type { RetryPolicy } from './retry.ts';
import { signIn, signOut, type Login } from './sign-in.ts';
import { streamHints, type StreamOptions } from './stream.ts';

export interface ClientOptions {
  /** Where the API is, such as `https://mortise.example.com`; empty for the page's own site. */
  baseUrl: string;
  /** The operator key of a host backend. Left out in a browser, where the session's cookie speaks. */
  credential?: string | undefined;
  /** The tenant that calls act for (`ten_…`), or a function asked at each call. */
  tenant?: string | (() => string | undefined) | undefined;
  /** Another fetch than the platform's. */
  fetch?: typeof fetch | undefined;
  /** Further headers of every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  retry?: RetryPolicy | undefined;
  /** Check each answer against the contract. */
  validate?: boolean | undefined;
}

export interface Client {
  /** Calls a route of the contract: `client.call(listEvents, { query: { type: 'contact.updated' } })`. */
  call<R extends Route>(route: R, ...given: CallArguments<R>): Promise<RouteOutput<R>>;
  /** Every row of a list route, page by page: `for await (const row of client.paginate(listEvents)) …`. */
  paginate<R extends Route>(route: R, ...given: CallArguments<R>): AsyncGenerator<RowOf<R>, void, undefined>;
  /** Listens for changes until the signal aborts. */
  stream(options: StreamOptions): Promise<void>;
  signIn(login: Login): Promise<void>;
  signOut(): Promise<void>;
  /** The same client, acting for another tenant. */
  forTenant(tenant: string): Client;
}

/** A client of one Mortise installation, for Node and for browsers. It holds no connection and no state. */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, retry, validate } = options;
  const headers = () => {
    const all = new Headers(options.headers);
    if (options.credential !== undefined) all.set('authorization', `Bearer ${options.credential}`);
    const tenant = typeof options.tenant === 'function' ? options.tenant() : options.tenant;
    if (tenant !== undefined) all.set('mortise-tenant', tenant);
    return all;
  };
  // Looked up at each call and called on the global: browsers refuse a detached fetch.
  const send: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const caller: Caller = { baseUrl, fetch: send, headers, retry, validate };
  return {
    call: (route, ...given) => {
      const [input, callOptions] = given as [CallInput<typeof route>?, CallOptions?];
      return callRoute(caller, route, input ?? ({} as CallInput<typeof route>), callOptions);
    },
    paginate: (route, ...given) => {
      const [input, callOptions] = given as [CallInput<typeof route>?, CallOptions?];
      return paginateRoute(caller, route, input ?? ({} as CallInput<typeof route>), callOptions);
    },
    stream: (streamOptions) => streamHints(caller, streamOptions),
    signIn: (login) => signIn(caller, login),
    signOut: () => signOut(caller),
    forTenant: (tenant) => createClient({ ...options, tenant }),
  };
}
