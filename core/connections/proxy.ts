import { pipeline, Transform, type Readable } from 'node:stream';
import {
  proxyRateHeader,
  proxyRequestHeaders,
  proxyResponseHeaders,
  type listConnectionCalls,
} from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { EgressError } from '@mortise/platform/egress';
import type { HttpMethod, Provider } from '@mortise/providers/kit';
import {
  bareId,
  idCursor,
  MortiseError,
  notFound,
  toPage,
  type Actor,
  type Handler,
} from '../kernel/index.ts';
import { ProviderCallError, type StreamingCaller } from './caller.ts';
import { insertProxyCall, listProxyCalls, showProxyCall } from './proxy-log.ts';
import { judgeProxyPath, loggedPath } from './proxy-path.ts';
import { readConnectionRow } from './store.ts';

/** What may be sent twice without being done twice (RFC 9110, section 9.2.2). */
const idempotent = new Set<HttpMethod>(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

export interface ProxyContext {
  tenantId: string;
  traceId: string;
  actor: Actor;
}

export interface ProxyRequest {
  /** Public. */
  connectionId: string;
  method: HttpMethod;
  /** Path and query behind `/proxy`, undecoded. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array | undefined;
  signal: AbortSignal;
}

export interface ProxyAnswer {
  /** The provider's. */
  status: number;
  /** Those that go through. */
  headers: Record<string, string>;
  /** To be read to its end or destroyed. It ends once the call is in the log. */
  body: Readable;
}

export interface Proxy {
  /**
   * Asks the provider's API in the name of a connection and gives its answer back while it comes in.
   *
   * @throws MortiseError invalid_request for a path that may not be asked for, not_found, needs_reconnect, feature_off
   * @throws ProviderCallError when the provider gave no answer; EgressError when its address may not be called
   */
  send(context: ProxyContext, request: ProxyRequest): Promise<ProxyAnswer>;
  calls: Handler<typeof listConnectionCalls>;
  /** Resolves when every call that has ended is in the log. */
  settled(): Promise<void>;
}

/** Calls a provider makes as its clients would, with the connection's credential, each kept in a log. */
export function createProxy(deps: {
  db: Database;
  caller: StreamingCaller;
  logger: { error(details: object, message: string): void };
}): Proxy {
  const { db } = deps;
  const writing = new Set<Promise<void>>();

  /** The log must not decide over an answer that is there: what cannot be written is told to the operator. */
  function keep(
    ...[who, outcome]: [Parameters<typeof insertProxyCall>[1], Parameters<typeof insertProxyCall>[2]]
  ) {
    const written = db
      .tenant(who.tenantId, (tx) => insertProxyCall(tx, who, outcome))
      .catch((error: unknown) =>
        deps.logger.error({ err: error, traceId: who.traceId }, 'A proxy call is missing from its log'),
      )
      .finally(() => writing.delete(written));
    writing.add(written);
    return written;
  }

  async function send(context: ProxyContext, request: ProxyRequest): Promise<ProxyAnswer> {
    const { tenantId } = context;
    const { method, body, signal } = request;
    const connectionId = bareId('connection', request.connectionId);
    const path = judgeProxyPath(request.target);
    const startedAt = performance.now();
    const open = await deps.caller.open(tenantId, connectionId, 'proxy');
    let attempts = 0;
    const log = (status: number | null, error: unknown, responseBytes: number) =>
      keep(
        { ...context, connectionId },
        {
          method,
          path: loggedPath(path),
          status,
          error: error === undefined ? null : signal.aborted ? 'aborted' : reasonOf(error),
          attempts,
          durationMs: performance.now() - startedAt,
          requestBytes: body?.length ?? 0,
          responseBytes,
        },
      );
    const spec = {
      method,
      url: { host: apiHostOf(open.provider), path },
      headers: pick(request.headers, (name) => (proxyRequestHeaders as readonly string[]).includes(name)),
      idempotent: idempotent.has(method),
      ...(body === undefined ? {} : { body }),
    };
    try {
      const answer = await open.stream(spec, { signal, onAttempt: (attempt) => (attempts = attempt) });
      const through = (name: string) =>
        (proxyResponseHeaders as readonly string[]).includes(name) || proxyRateHeader.test(name);
      const metered = meter(answer.body, (error, bytes) => log(answer.status, error, bytes));
      return { status: answer.status, headers: pick(answer.headers, through), body: metered };
    } catch (error) {
      await log(null, error, 0);
      throw error;
    }
  }

  const calls: Handler<typeof listConnectionCalls> = async ({ tenantId }, { params, query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const connectionId = bareId('connection', params.id);
    const rows = await db.tenant(tenantId, async (tx) => {
      if ((await readConnectionRow(tx, tenantId, connectionId)) === undefined) throw notFound();
      return listProxyCalls(tx, tenantId, { connectionId, before, limit: query.limit });
    });
    return toPage(rows, query.limit, (row) => [row.id], showProxyCall);
  };

  return { send, calls, settled: async () => void (await Promise.all(writing)) };
}

/** Where the provider's API is: the host of that name, or the one that its own test call goes to. */
function apiHostOf(provider: Provider): string {
  if ('api' in provider.hosts) return 'api';
  const { url } = provider.test;
  return typeof url === 'string' ? url.slice(0, url.indexOf(':')) : url.host;
}

function pick(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  goesThrough: (name: string) => boolean,
): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && goesThrough(name)) picked[name] = [value].flat().join(', ');
  }
  return picked;
}

/** A code for the log: what a message says may hold more than is wanted there. */
function reasonOf(error: unknown): string {
  if (error instanceof ProviderCallError)
    return error.needsReconnect ? 'needs_reconnect' : error.problem.kind;
  if (error instanceof EgressError || error instanceof MortiseError) return error.code;
  return 'internal';
}

/** Passes a body on and tells, once, how it ended and how long it was; its end waits for that to be done. */
function meter(body: Readable, ended: (error: unknown, bytes: number) => Promise<void>): Readable {
  let bytes = 0;
  let told: Promise<void> | undefined;
  const passage = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      told ??= ended(undefined, bytes);
      void told.then(() => done());
    },
  });
  passage.on('error', () => {});
  pipeline(body, passage, (error) => {
    if (error !== undefined && error !== null) told ??= ended(error, bytes);
  });
  return passage;
}
