import type { Readable } from 'node:stream';
import type { HttpRequestSpec, HttpResponse, Problem, Provider } from '@mortise/providers/kit';
import type { Use } from './features.ts';

/** A call that the provider refused for good, or that kept failing until its tries were used up. */
export class ProviderCallError extends Error {
  readonly problem: Problem;
  /** True when the connection has to be made anew by a person; it is marked so already. */
  readonly needsReconnect: boolean;
  constructor(problem: Problem, options: { needsReconnect?: boolean; cause?: unknown } = {}) {
    super(problem.message, { cause: options.cause });
    this.name = 'ProviderCallError';
    this.problem = problem;
    this.needsReconnect = options.needsReconnect ?? false;
  }
}

/** What a provider answered, refusal or not, while it comes in. Header names are in lower case. */
export interface ProviderAnswer {
  status: number;
  headers: Record<string, string>;
  /** Destroy it to hang up. It fails with an EgressError. */
  body: Readable;
}

/** A connection ready to be used: who the provider is, and calls in its name. */
export interface OpenConnection {
  tenantId: string;
  connectionId: string;
  integrationId: string;
  provider: Provider;
  /**
   * Makes one call with the connection's credential: waits for its rate budget, goes out through the egress guard,
   * refreshes the token when it has lapsed, tries again what may be tried again and honours Retry-After. The
   * integration's settings hold as they are when the call begins, whatever they were when the connection was opened.
   *
   * @returns the answer, whose verdict was ok
   * @throws ProviderCallError when the provider refuses or keeps failing; an AbortError when the signal fires; MortiseError
   *   feature_off, or as `open` when the connection has ended since
   */
  call(spec: HttpRequestSpec, options?: { signal?: AbortSignal }): Promise<HttpResponse>;
}

/** One that streams besides. */
export interface StreamingConnection extends OpenConnection {
  /**
   * As `call`, for a caller who reads refusals too, and large answers: with the same budget, refresh and tries, it gives
   * back whatever the provider answered last, with the credential blotted out. A refusal is then the caller's to judge,
   * and never marks the connection: a path that answers 401 to everybody says nothing of the credential.
   *
   * @param options.onAttempt is told the number of each try, from 1
   * @throws ProviderCallError when there was no answer, or the token cannot be renewed; EgressError when the address may
   *   not be called; an AbortError when the signal fires
   */
  stream(
    spec: HttpRequestSpec,
    options?: { signal?: AbortSignal; onAttempt?: (attempt: number) => void },
  ): Promise<ProviderAnswer>;
}

/** What the rooms above connections get of them. */
export interface ProviderCaller {
  /**
   * @param tenantId bare
   * @param connectionId bare
   * @param use what for: refused here, and at each call anew, while the integration has it switched off
   * @throws MortiseError not_found, needs_reconnect with the reason in words, or feature_off
   */
  open(tenantId: string, connectionId: string, use?: Use): Promise<OpenConnection>;
}

/** What this room has of them itself. */
export interface StreamingCaller extends ProviderCaller {
  open(tenantId: string, connectionId: string, use?: Use): Promise<StreamingConnection>;
}
