import { nothing, type Route } from '@mortise/contract';
import { ifMatch, MortiseError, Reply, type RequestContext } from '@mortise/core/kernel';
import { clientAddressHeader, type SignIn } from '@mortise/core/tenants';
import type { Vault } from '@mortise/core/vault';
import type { Database } from '@mortise/platform/database';
import { continueTrace, type Logger } from '@mortise/platform/telemetry';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { createAuth, nilId, type Caller } from './auth.ts';
import { invalidInput, toMortiseError, toProblem } from './errors.ts';
import { once, type KeptAnswer } from './idempotency.ts';
import { createRateLimit, type RateLimits } from './rate-limit.ts';
import type { Access, Line } from './table.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** 32 hex digits, taken from `traceparent` or new. */
    traceId: string;
    /** The bytes of the body as they came, for the fingerprint of a create. */
    rawBody: string;
    /** Set before the body is read, so that nobody without a right makes us read one. */
    caller: Caller | null;
  }
}

export interface HttpDeps {
  db: Database;
  vault: Vault;
  signIn: SignIn;
  operatorKey: string;
  publicUrl: string;
  trustProxy: readonly string[];
  logger: Logger;
  lines: readonly Line[];
  rateLimits: RateLimits;
}

/** Says who is calling and counts the request, or refuses it. */
export type Admit = (request: FastifyRequest, reply: FastifyReply, access: Access) => Promise<Caller>;

const bodyLimit = 1024 * 1024;
/** PostgreSQL's largest integer: a version beyond it has never been given out. */
const mostVersion = 2 ** 31 - 1;

/** How long a request may take to come whole: one that drips would hold a connection, and what came of it, for ever. */
const requestTimeout = 120_000;

/** A path as the log may hold it: a source's address, and the state of an authorisation, are as good as a credential. */
function loggedPath(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path.replace(/(\/in\/|\/api\/integrations\/authorize\/)[^/]+/i, '$1…');
}

/** A context's request in the terms of the sign-in library: by what and from where we were called. */
export function requestOf(publicUrl: string): (context: RequestContext) => Request {
  return (context) =>
    new Request(publicUrl, {
      headers: {
        [clientAddressHeader]: context.ip,
        'user-agent': String(context.headers['user-agent'] ?? ''),
      },
    });
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

/**
 * The HTTP server over the table of routes: parses by the contract, asks who is calling, runs the handler, shapes the
 * answer by the contract (so that a field the contract does not name cannot leave), and turns every error into
 * problem+json.
 *
 * @returns the Fastify instance, not yet listening; the dashboard, the stream and the docs are added to it
 */
export function createHttp(deps: HttpDeps): {
  app: FastifyInstance;
  callerOf: ReturnType<typeof createAuth>;
  admit: Admit;
} {
  const app = Fastify({
    logger: false,
    trustProxy: deps.trustProxy.length === 0 ? false : [...deps.trustProxy],
    bodyLimit,
    requestTimeout,
    genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => void fail(error, request, reply),
    clientErrorHandler: refuseConnection,
  });
  const callerOf = createAuth(deps);
  const spend = createRateLimit(deps.rateLimits);

  const admit: Admit = async (request, reply, access) => {
    let caller: Caller | undefined;
    try {
      caller = await callerOf(request, access);
    } catch (error) {
      // Whoever guesses credentials is counted by address; whoever has one is counted below.
      if (error instanceof MortiseError && error.code === 'unauthenticated')
        spend(request, reply, access, undefined);
      throw error;
    }
    spend(request, reply, access, caller);
    return caller;
  };

  app.decorateRequest('traceId', '');
  app.decorateRequest('rawBody', '');
  app.decorateRequest('caller', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    request.rawBody = body as string;
    if (body === '') return done(null, undefined);
    let value: unknown;
    try {
      value = JSON.parse(body as string);
    } catch (error) {
      return done(
        new MortiseError('invalid_request', { detail: 'The body is not valid JSON.', cause: error }),
      );
    }
    if (holdsUnstorable(body as string)) {
      return done(
        new MortiseError('invalid_request', {
          detail: 'The body holds a NUL character or half of a surrogate pair.',
        }),
      );
    }
    done(null, value);
  });

  app.addHook('onRequest', async (request, reply) => {
    const parent = request.headers.traceparent;
    request.traceId = continueTrace(typeof parent === 'string' ? parent : undefined).traceId;
    reply.headers({
      'x-request-id': request.id,
      'trace-id': request.traceId,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    if (!isApi(request)) return;
    reply.header('cache-control', 'no-store');
    // Before the body is looked at: what is wrong with a body that nobody takes does not matter.
    if (request.is404) throw new MortiseError('not_found');
  });

  function fail(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const known = toMortiseError(error);
    const entry = {
      requestId: request.id,
      traceId: request.traceId,
      method: request.method,
      url: loggedPath(request.url),
    };
    if (known.status >= 500)
      deps.logger.error({ ...entry, code: known.code, err: known.cause ?? known }, known.message);
    else deps.logger.debug({ ...entry, code: known.code, err: known.cause }, known.message);
    if (known.retryAfterSeconds !== undefined) reply.header('retry-after', known.retryAfterSeconds);
    return reply
      .code(known.status)
      .header('x-request-id', request.id)
      .type('application/problem+json')
      .send(JSON.stringify(toProblem(known, request.id)));
  }
  app.setErrorHandler(fail);

  for (const line of deps.lines) {
    app.route({
      method: line.route.method,
      url: line.route.path,
      // A redirect uses up what it is asked with, and a HEAD is what link previews and scanners send.
      exposeHeadRoute: line.route.method === 'GET' && line.route.status !== 302,
      onRequest: async (request, reply) => {
        request.caller = await admit(request, reply, line.access);
      },
      handler: async (request, reply) => {
        const answer = await answerOf(line, request);
        return send(reply, line.route, answer);
      },
    });
  }

  async function answerOf(line: Line, request: FastifyRequest): Promise<KeptAnswer> {
    const { route } = line;
    const { caller } = request;
    if (caller === null) throw new Error(`${route.name} was reached without a caller`);
    if (/%00/.test(request.url))
      throw new MortiseError('invalid_request', { detail: 'The URL holds a NUL character.' });
    const input = {
      params: parse(route.params, request.params, 'params'),
      query: parse(route.query, request.query, 'query'),
      body: parse(route.body, request.body ?? (route.body === nothing ? undefined : {}), 'body'),
    };
    const context: RequestContext = {
      ...caller,
      requestId: request.id,
      traceId: request.traceId,
      ip: request.ip,
      cookie: (name) => cookieOf(request.headers.cookie, name),
      headers: request.headers,
    };
    const version = ifMatch(context);
    if (version !== undefined && !(version <= mostVersion)) {
      throw new MortiseError('version_mismatch', {
        detail: 'If-Match takes the ETag as it came with what you read.',
      });
    }
    if (line.creation === undefined) {
      if (line.handler === undefined) throw new Error(`${route.name} has no handler`);
      return shape(route, await line.handler(context, input));
    }
    const { creation } = line;
    const key = request.headers['idempotency-key'];
    const asked = {
      tenantId: caller.tenantId,
      key: Array.isArray(key) ? key[0] : key,
      // The actor too: an answer may hold a secret that was shown to its maker once.
      fingerprint: `${caller.actor.kind} ${caller.userId ?? ''} ${request.method} ${request.url}\n${request.rawBody}`,
    };
    const run = (act: Parameters<Database['engine']>[0]) =>
      caller.tenantId === nilId ? deps.db.engine(act) : deps.db.tenant(caller.tenantId, act);
    return (await run((tx) =>
      once(tx, deps.vault, asked, async () => shape(route, await creation(context, input, tx))),
    )) as KeptAnswer;
  }

  refuseOtherMethods(app, deps.lines);
  return { app, callerOf, admit };
}

const isApi = (request: FastifyRequest) => request.url === '/api' || /^\/api[/?]/.test(request.url);

/** What takes a path but not this method says which it takes (RFC 9110, section 15.5.6). */
function refuseOtherMethods(app: FastifyInstance, lines: readonly Line[]): void {
  const taken = new Map<string, Set<string>>();
  for (const { route } of lines) {
    const methods = taken.get(route.path) ?? new Set();
    taken.set(route.path, methods.add(route.method));
    if (route.method === 'GET' && route.status !== 302) methods.add('HEAD');
  }
  for (const [url, methods] of taken) {
    app.route({
      method: (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const).filter(
        (method) => !methods.has(method),
      ),
      url,
      exposeHeadRoute: false,
      onRequest: async (_request, reply) => {
        reply.header('allow', [...methods].join(', '));
        throw new MortiseError('method_not_allowed');
      },
      handler: async () => undefined,
    });
  }
}

/**
 * Answers what is no HTTP request at all, or none that comes to its end; there is no request that a handler could answer.
 * Then the connection is gone, whatever the other side still sends.
 */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || socket.destroyed) return void socket.destroy();
  const detail =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'The request did not come whole in time.'
      : 'That is not HTTP.';
  const body = JSON.stringify(toProblem(new MortiseError('invalid_request', { detail }), 'none'));
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** Whether a JSON text escapes a NUL or half of a surrogate pair. Read from the text, however deep its value is. */
function holdsUnstorable(json: string): boolean {
  const lost = /\\u(?:0000|d[89a-f])/i;
  if (!lost.test(json)) return false;
  // Escaped backslashes and whole pairs stand for themselves; what is left of such escapes is what we look for.
  return lost.test(json.replaceAll(/\\\\|\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}/gi, ' '));
}

function parse(schema: Route['params'], value: unknown, part: string): never {
  if (schema === nothing) return undefined as never;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(result.error, part);
  return result.data as never;
}

function shape(route: Route, result: unknown): KeptAnswer {
  const reply = result instanceof Reply ? result : new Reply(result);
  const body = route.response === nothing ? undefined : route.response.parse(reply.body);
  return { status: route.status, headers: reply.headers, body };
}

function send(reply: FastifyReply, route: Route, answer: KeptAnswer): FastifyReply {
  reply.code(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  if (route.response === nothing) return reply.send();
  return reply.type('application/json').send(JSON.stringify(answer.body));
}
