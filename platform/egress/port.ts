/** Milliseconds. `dnsMs` and `connectMs` (with TLS) are there only when this request opened its connection. */
export interface EgressTimings {
  dnsMs?: number;
  connectMs?: number;
  /** From the start of the request, any wait for a free connection included, to the response's headers. */
  firstByteMs: number;
  totalMs: number;
}

export type QueryValue = string | number | boolean | readonly (string | number | boolean)[] | undefined;

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

/** The one door to other people's servers. */
export interface Egress {
  /** @throws EgressError, and nothing else. */
  request(request: EgressRequest): Promise<EgressResponse>;
  /** `checkUrl` under this door's allow-list: throws EgressError when `request` would refuse without asking DNS. */
  checkUrl(url: string): URL;
  /** Waits for requests under way (each ends by its own time limit), then closes every connection. */
  close(): Promise<void>;
}
