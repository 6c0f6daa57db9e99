import { nothing, type Route } from '@mortise/contract';
import { MortiseError, Reply, type RequestContext } from '@mortise/core/kernel';
import { clientAddressHeader, type SignIn } from '@mortise/core/tenants';
import type { Vault } from '@mortise/core/vault';
import type { Database } from '@mortise/platform/database';
import { continueTrace, type Logger } from '@mortise/platform/telemetry';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { createAuth, nilId, webHeaders } from './auth.ts';
import { invalidInput, toMortiseError, toProblem } from './errors.ts';
import { once, type KeptAnswer } from './idempotency.ts';
import type { Line } from './table.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** 32 hex digits, taken from `traceparent` or new. */
    traceId: string;
    /** The bytes of the body as they came, for the fingerprint of a create. */
    rawBody: string;
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
}

const bodyLimit = 1024 * 1024;

/** A context's request in the terms of the sign-in library: where it came from and by which name it reached us. */
export function requestOf(context: RequestContext): Request {
  const { host, 'user-agent': agent, 'x-forwarded-proto': proto } = context.headers;
  const scheme = proto === 'https' ? 'https' : 'http';
  return new Request(`${scheme}://${String(host ?? 'localhost')}/`, {
    headers: { [clientAddressHeader]: context.ip, 'user-agent': String(agent ?? '') },
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
export function createHttp(deps: HttpDeps): { app: FastifyInstance; callerOf: ReturnType<typeof createAuth> } {
  const app = Fastify({
    logger: false,
    trustProxy: deps.trustProxy.length === 0 ? false : [...deps.trustProxy],
    bodyLimit,
    genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
    routerOptions: { maxParamLength: 200 },
  });
  const callerOf = createAuth(deps);

  app.decorateRequest('traceId', '');
  app.decorateRequest('rawBody', '');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    request.rawBody = body as string;
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch (error) {
      done(new MortiseError('invalid_request', { detail: 'The body is not valid JSON.', cause: error }));
    }
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
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });

  app.setErrorHandler((error, request, reply) => {
    const known = toMortiseError(error);
    const entry = { requestId: request.id, traceId: request.traceId, method: request.method, url: request.url.split('?')[0] };
    if (known.status >= 500) deps.logger.error({ ...entry, code: known.code, err: known.cause ?? known }, known.message);
    else deps.logger.debug({ ...entry, code: known.code, err: known.cause }, known.message);
    if (known.retryAfterSeconds !== undefined) reply.header('retry-after', known.retryAfterSeconds);
    return reply
      .code(known.status)
      .type('application/problem+json')
      .send(JSON.stringify(toProblem(known, request.id)));
  });

  for (const line of deps.lines) {
    app.route({
      method: line.route.method,
      url: line.route.path,
      handler: async (request, reply) => {
        const answer = await answerOf(line, request);
        return send(reply, line.route, answer);
      },
    });
  }

  async function answerOf(line: Line, request: FastifyRequest): Promise<KeptAnswer> {
    const { route } = line;
    const caller = await callerOf(request, line.access);
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
    if (line.creation === undefined) {
      if (line.handler === undefined) throw new Error(`${route.name} has no handler`);
      return shape(route, await line.handler(context, input));
    }
    const { creation } = line;
    const key = request.headers['idempotency-key'];
    const asked = {
      tenantId: caller.tenantId,
      key: Array.isArray(key) ? key[0] : key,
      fingerprint: `${request.method} ${request.url}\n${request.rawBody}`,
    };
    const run = (act: Parameters<Database['engine']>[0]) =>
      caller.tenantId === nilId ? deps.db.engine(act) : deps.db.tenant(caller.tenantId, act);
    return (await run((tx) =>
      once(tx, deps.vault, asked, async () => shape(route, await creation(context, input, tx))),
    )) as KeptAnswer;
  }

  return { app, callerOf };
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

/** Serves the sign-in library's own routes. */
export function serveSignIn(app: FastifyInstance, signIn: SignIn): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    handler: async (request, reply) => {
      const answer = await signIn.handle(
        new Request(`${request.protocol}://${request.host}${request.url}`, {
          method: request.method,
          headers: webHeaders(request),
          ...(request.method === 'POST' ? { body: request.rawBody } : {}),
        }),
      );
      if (answer.status === 404) throw new MortiseError('not_found');
      const cookies = answer.headers.getSetCookie();
      if (cookies.length > 0) reply.header('set-cookie', cookies);
      const retryAfter = answer.headers.get('x-retry-after') ?? answer.headers.get('retry-after');
      if (answer.status === 429) {
        const seconds = Number(retryAfter ?? 60);
        throw new MortiseError('rate_limited', { detail: `Try again in ${seconds} seconds.`, retryAfterSeconds: seconds });
      }
      if (answer.status === 401) throw new MortiseError('unauthenticated', { detail: 'The e-mail and the password do not belong together.' });
      if (answer.status === 403) throw new MortiseError('cross_site');
      if (answer.status >= 400) throw new MortiseError('invalid_request', { detail: 'Send e-mail and password.' });
      return reply.code(answer.status).type('application/json').send(await answer.text());
    },
  });
}
