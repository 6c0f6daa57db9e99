import { MortiseError } from '@mortise/core/kernel';
import type { SignIn } from '@mortise/core/tenants';
import type { FastifyInstance } from 'fastify';
import { refuseCrossSite, webHeaders } from './auth.ts';

/** Serves the sign-in library's own routes, its errors turned into ours. */
export function serveSignIn(app: FastifyInstance, signIn: SignIn, publicUrl: string): void {
  const publicOrigin = new URL(publicUrl).origin;
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    onRequest: async (request) => refuseCrossSite(request, publicOrigin),
    handler: async (request, reply) => {
      const own = `${request.protocol}://${request.host}`;
      const answer = await signIn.handle(
        new Request(new URL(request.url, URL.canParse(own) ? own : publicOrigin), {
          method: request.method,
          headers: webHeaders(request),
          ...(request.method === 'POST' ? { body: request.rawBody } : {}),
        }),
      );
      if (answer.status === 404) throw new MortiseError('not_found');
      const cookies = answer.headers.getSetCookie();
      if (cookies.length > 0) reply.header('set-cookie', cookies);
      if (answer.status === 429) {
        const seconds = Number(
          answer.headers.get('x-retry-after') ?? answer.headers.get('retry-after') ?? 60,
        );
        throw new MortiseError('rate_limited', {
          detail: `Try again in ${seconds} seconds.`,
          retryAfterSeconds: seconds,
        });
      }
      if (answer.status === 401) {
        throw new MortiseError('unauthenticated', {
          detail: 'The e-mail and the password do not belong together.',
        });
      }
      if (answer.status === 403) throw new MortiseError('cross_site');
      if (answer.status >= 500)
        throw new Error(`The sign-in library answered ${answer.status}: ${await answer.text()}`);
      if (answer.status >= 400)
        throw new MortiseError('invalid_request', { detail: 'Send e-mail and password.' });
      return reply
        .code(answer.status)
        .type('application/json')
        .send(await answer.text());
    },
  });
}
