import { idSchema, providerStatusHeader, proxyBodyLimitBytes } from '@mortise/contract';
import type { Proxy } from '@mortise/core/connections';
import { MortiseError } from '@mortise/core/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from './auth.ts';
import type { Admit } from './server.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** The id and what stands behind `/proxy`, as they came: a router's decoded parameters no longer tell `%2F` from `/`. */
const proxied = /^\/api\/connections\/([^/?]+)\/proxy((?:[/?].*)?)$/;

const connectionId = idSchema('connection');

/**
 * `ANY /api/connections/:id/proxy/*`: the provider's API as the provider speaks it, so neither body is parsed and no
 * route of the table fits. Whatever the provider answers is passed on with its status and `mortise-provider-status`; an
 * answer without that header is ours, and problem+json.
 */
export function serveProxy(app: FastifyInstance, deps: { proxy: Proxy; admit: Admit }): void {
  const { proxy, admit } = deps;

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const [, id = '', target = ''] = proxied.exec(request.raw.url ?? '') ?? [];
    if (!connectionId.safeParse(id).success) {
      throw new MortiseError('invalid_request', { detail: 'The path must name a connection by its id.' });
    }
    const { caller } = request;
    if (caller === null) throw new Error('The proxy was reached without a caller');
    const gone = new AbortController();
    reply.raw.on('close', () => {
      if (!reply.raw.writableFinished)
        gone.abort(new MortiseError('invalid_request', { detail: 'Cancelled.' }));
    });
    // Gone while we asked who it is: the event has passed.
    if (request.raw.socket.destroyed) return reply.hijack();
    const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : undefined;
    let given;
    try {
      given = await proxy.send(
        { tenantId: caller.tenantId, traceId: request.traceId, actor: caller.actor },
        {
          connectionId: id,
          method: request.method as (typeof methods)[number],
          target,
          headers: request.headers,
          body,
          signal: gone.signal,
        },
      );
    } catch (error) {
      if (!gone.signal.aborted) throw error;
      // Nobody is there to be told.
      return reply.hijack();
    }
    const { status } = given;
    reply
      // Beyond 599 there is no status (RFC 9110, section 15); some providers use one all the same.
      .code(status > 599 ? 502 : status)
      .headers(given.headers)
      .headers({
        [providerStatusHeader]: String(status),
        'cache-control': forOneReader(given.headers['cache-control']),
        vary: 'authorization, cookie, mortise-tenant',
        // A page of the provider's, or of whoever writes into its records, must not run as a page of ours.
        'content-security-policy': "sandbox; default-src 'none'",
      });
    if (request.method === 'HEAD' || status === 204 || status === 304) {
      await given.body.toArray();
      return reply.send();
    }
    return reply.send(given.body);
  }

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: proxyBodyLimitBytes },
      (_request, body, done) => done(null, body),
    );
    for (const url of ['/api/connections/:id/proxy', '/api/connections/:id/proxy/*']) {
      scope.route({
        method: [...methods],
        url,
        exposeHeadRoute: false,
        bodyLimit: proxyBodyLimitBytes,
        onRequest: async (request, reply) => {
          request.caller = await admitHere(request, reply);
        },
        handler: answer,
      });
    }
    // After the last answer, so that what became of each is in the log before the database is closed.
    scope.addHook('onClose', () => proxy.settled());
  });

  /** By cookie from this site alone, for reading too: a link elsewhere must not make somebody's browser call a provider. */
  async function admitHere(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    const caller = await admit(request, reply, 'developer');
    const site = request.headers['sec-fetch-site'];
    if (caller.actor.kind === 'user' && site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new MortiseError('cross_site');
    }
    return caller;
  }
}

/** What one reader may keep nobody else may be given from a cache on the way: the answer depends on who asks. */
function forOneReader(cacheControl: string | undefined): string {
  if (cacheControl === undefined) return 'no-store';
  const own = cacheControl
    .split(',')
    .map((directive) => directive.trim())
    .filter(
      (directive) => directive !== '' && !/^(?:public|private|s-maxage|proxy-revalidate)\b/i.test(directive),
    );
  return ['private', ...own].join(', ');
}
