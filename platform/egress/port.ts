import type { Readable } from 'node:stream';

/** Milliseconds. `dnsMs` and `connectMs` (with TLS) are there only when this request opened its connection. */
export interface EgressTimings {
  dnsMs?: number;
  connectMs?: number;
  /** From the start of the request, any wait for a free connection included, to the response's headers. */
  firstByteMs: number;
  totalMs: number;
}

export type QueryValue = string | number | boolean | readonly (string | number | boolean)[] | undefined;

/** Who we are in a TLS handshake, for endpoints that ask for it, PEM. Make one object and give it with each request. */
export interface ClientTls {
  /** The chain, from the leaf on. */
  readonly cert: string;
  readonly key: string;
  /** Trusted in place of Node's own authorities. */
  readonly ca?: string;
}

export interface EgressRequest {
  method: string;
  /** http or https, without user name and password. */
  url: string;
  /** `host`, `connection` and the like are the client's own and dropped. */
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Added to the URL's own query; a list repeats its name, undefined leaves it out. */
  query?: Readonly<Record<string, QueryValue>>;
  /** For the whole exchange, redirects and waiting included. */
  timeoutMs?: number;
  maxResponseBytes?: number;
  /** What happens past `maxResponseBytes`: fail (the default), or keep the beginning and hang up. */
  whenTooLarge?: 'fail' | 'truncate';
  signal?: AbortSignal;
  /** How many redirects to follow; 0, the default, hands a 3xx to the caller like any other answer. */
  followRedirects?: number;
  /**
   * Shown to the origin of `url`, and to no other that it redirects to. Connections are kept per certificate: no request
   * goes out over one that was opened with another, or with none.
   */
  tls?: ClientTls;
}

export interface EgressResponse {
  status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  headers: Record<string, string>;
  /** As sent: nothing is decompressed, and no compression is asked for. */
  body: Uint8Array;
  text(): string;
  /** @throws SyntaxError when the body is not JSON. */
  json(): unknown;
  timings: EgressTimings;
  /** The address that answered, as checked. */
  remoteAddress?: string;
  truncated: boolean;
}

/** A request whose answer is handed on while it comes in. Redirects are the caller's to judge. */
export interface EgressStreamRequest extends Pick<
  EgressRequest,
  'method' | 'url' | 'headers' | 'body' | 'maxResponseBytes' | 'signal'
> {
  /** Until the headers of the answer. */
  timeoutMs?: number;
  /** Between two pieces of the body, while the reader wants more; the same as `timeoutMs` unless given. */
  idleTimeoutMs?: number;
  /** For the whole exchange, however slow the reader is. */
  lifetimeMs: number;
}

export interface EgressStream {
  status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  headers: Record<string, string>;
  /** As sent, at the reader's pace; fails with an EgressError. To destroy it is to hang up. */
  body: Readable;
  /** The address that answered, as checked. */
  remoteAddress?: string;
}

/** The one door to other people's servers. */
export interface Egress {
  /** @throws EgressError, and nothing else. */
  request(request: EgressRequest): Promise<EgressResponse>;
  /**
   * The same guard for an answer that is too large, or too slow, to gather. Streams have connections of their own, as
   * many to an origin as requests have: a slow reader keeps none from them.
   * @throws EgressError, and nothing else.
   */
  stream(request: EgressStreamRequest): Promise<EgressStream>;
  /** `checkUrl` under this door's allow-list: throws EgressError when `request` would refuse without asking DNS. */
  checkUrl(url: string): URL;
  /** Waits for requests under way (each ends by its own time limit), then closes every connection. */
  close(): Promise<void>;
}
