import { Agent, type Client, Pool } from 'undici';
import { parseAllowList } from './allow-list.ts';
import { CertifiedAgents } from './certified-agents.ts';
import { checkUrl } from './check-url.ts';
import { EgressError } from './egress-error.ts';
import { exchange, type Hop, type RawResponse } from './exchange.ts';
import { GuardedClient, type GuardOptions } from './guarded-client.ts';
import { judgeRedirect, type RedirectStep } from './judge-redirect.ts';
import { openStream } from './open-stream.ts';
import type {
  ClientTls,
  Egress,
  EgressRequest,
  EgressResponse,
  EgressStream,
  EgressStreamRequest,
  EgressTimings,
} from './port.ts';
import { resolveByHost, type ResolveHost, resolvePublicHost } from './resolve-host.ts';

export interface EgressOptions {
  /** The operator's exceptions; see `parseAllowList`. */
  allow: readonly string[];
  userAgent: string;
  /**
   * Most connections to one origin; further requests to it wait, within their own time. Default: as many as there are
   * requests on their way, because one host may serve many tenants, and who bounds requests is who makes them.
   */
  connections?: number;
  defaultTimeoutMs: number;
  maxResponseBytes: number;
  /** Default 10 s, and never longer than the request's own limit. */
  connectTimeoutMs?: number;
  /** Certificate authorities to trust, PEM, in place of Node's own. */
  ca?: string | readonly string[];
  /** Where names are looked up; whatever it answers is checked. */
  resolve?: ResolveHost;
  /** How long the connections of a client certificate are kept after their last use. Default a minute. */
  certificateIdleMs?: number;
}

/** Set by the client itself, or meant for one hop only (RFC 9110, section 7.6.1). */
const ownHeaders = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
]);

const mostChecked = 10_000;

/** @throws TypeError when an allow-list entry cannot be read. */
export function createEgress(options: EgressOptions): Egress {
  const allow = parseAllowList(options.allow);
  const guard: GuardOptions = {
    allow,
    resolvePublic: options.resolve ?? ((hostname) => resolvePublicHost(hostname)),
    resolveListed: options.resolve ?? resolveByHost,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  // One pool per origin and one request per connection: whoever hangs holds up nobody but himself.
  const limits: Client.Options = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
  const newAgent = (tls?: ClientTls) =>
    new Agent({
      factory: (origin) =>
        new Pool(origin, {
          ...limits,
          allowH2: false,
          connections: options.connections ?? null,
          factory: (poolOrigin) =>
            new GuardedClient(poolOrigin, limits, tls === undefined ? guard : { ...guard, tls }),
        }),
    });
  const agent = newAgent();
  const streams = newAgent();
  const certified = new CertifiedAgents(newAgent, options.certificateIdleMs ?? 60_000);

  /** URLs that passed, since most are called again and again. */
  const checked = new Map<string, URL>();
  function checkOnce(url: string): URL {
    let parsed = checked.get(url);
    if (parsed === undefined) {
      parsed = checkUrl(url, allow);
      if (checked.size >= mostChecked) checked.clear();
      checked.set(url, parsed);
    }
    return parsed;
  }

  async function request(input: EgressRequest): Promise<EgressResponse> {
    const startedAt = performance.now();
    const timeoutMs = input.timeoutMs ?? options.defaultTimeoutMs;
    let redirectsLeft = input.followRedirects ?? 0;
    let step: RedirectStep = {
      url:
        input.query === undefined ? checkOnce(input.url) : withQuery(checkUrl(input.url, allow), input.query),
      method: input.method.toUpperCase(),
      headers: requestHeaders(input.headers, options.userAgent),
      body: input.body,
    };
    const { origin } = step.url;
    for (;;) {
      const remainingMs = timeoutMs - (performance.now() - startedAt);
      if (remainingMs <= 0)
        throw new EgressError('EGRESS_TIMEOUT', `${step.url.host} did not answer in full in time.`);
      const hop: Hop = {
        ...step,
        timeoutMs: remainingMs,
        maxResponseBytes: input.maxResponseBytes ?? options.maxResponseBytes,
        whenTooLarge: input.whenTooLarge ?? 'fail',
        signal: input.signal,
      };
      const raw =
        input.tls === undefined || step.url.origin !== origin
          ? await exchange(agent, hop)
          : await certified.use(input.tls, (own) => exchange(own, hop));
      if ((input.followRedirects ?? 0) === 0) return present(raw, startedAt);
      const next = judgeRedirect(step, raw.status, raw.headers['location']);
      if (next === undefined) return present(raw, startedAt);
      if (redirectsLeft === 0)
        throw new EgressError('EGRESS_REDIRECT', `${step.url.host} redirects too many times.`);
      redirectsLeft -= 1;
      checkUrl(next.url, allow);
      step = next;
    }
  }

  async function stream(input: EgressStreamRequest): Promise<EgressStream> {
    const timeoutMs = input.timeoutMs ?? options.defaultTimeoutMs;
    const { connection, ...answer } = await openStream(streams, {
      url: checkUrl(input.url, allow),
      method: input.method.toUpperCase(),
      headers: requestHeaders(input.headers, options.userAgent),
      body: input.body,
      timeoutMs,
      idleTimeoutMs: input.idleTimeoutMs ?? timeoutMs,
      lifetimeMs: input.lifetimeMs,
      maxResponseBytes: input.maxResponseBytes ?? options.maxResponseBytes,
      signal: input.signal,
    });
    const { remoteAddress } = connection ?? {};
    return { ...answer, ...(remoteAddress === undefined ? {} : { remoteAddress }) };
  }

  return {
    request,
    stream,
    checkUrl: (url) => checkUrl(url, allow),
    close: async () => void (await Promise.all([agent.close(), streams.close(), certified.close()])),
  };
}

function withQuery(url: URL, query: EgressRequest['query']): URL {
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const item of [value].flat()) if (item !== undefined) url.searchParams.append(name, String(item));
  }
  return url;
}

function requestHeaders(given: EgressRequest['headers'], userAgent: string): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': userAgent };
  for (const name in given) {
    const lower = name.toLowerCase();
    const value = given[name];
    if (value !== undefined && !ownHeaders.has(lower)) headers[lower] = value;
  }
  return headers;
}

function present(raw: RawResponse, startedAt: number): EgressResponse {
  const { connection, body } = raw;
  const timings: EgressTimings = {
    firstByteMs: raw.firstByteAt - startedAt,
    totalMs: performance.now() - startedAt,
  };
  if (connection !== undefined && connection.openedAt >= startedAt) {
    if (connection.dnsMs !== undefined) timings.dnsMs = connection.dnsMs;
    if (connection.connectMs !== undefined) timings.connectMs = connection.connectMs;
  }
  return {
    status: raw.status,
    headers: raw.headers,
    body,
    text: () => body.toString('utf8'),
    json: () => JSON.parse(body.toString('utf8')) as unknown,
    timings,
    ...(connection?.remoteAddress === undefined ? {} : { remoteAddress: connection.remoteAddress }),
    truncated: raw.truncated,
  };
}
