import fastifyStatic from '@fastify/static';
import { MortiseError } from '@mortise/core/kernel';
import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const builtFolder = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

// Styles are inline in places (charts, progress), scripts nowhere.
const policy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const notBuilt =
  '<!doctype html><meta charset="utf-8"><title>Mortise</title><p>The dashboard has not been built: run <code>npm start</code>, which builds it. The API answers under <a href="/api/docs">/api</a>.';

/** Serves the dashboard: its files, and for every other path outside /api its page, which knows the path. */
export async function serveDashboard(app: FastifyInstance, folder = builtFolder): Promise<void> {
  const built = existsSync(`${folder}/index.html`);
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: false,
      dotfiles: 'ignore',
      setHeaders(reply, path) {
        reply.header('content-security-policy', policy);
        reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new MortiseError('not_found');
    // A page of a build before this one asks for files that are gone: as a page they would break it without a word.
    if (request.url.startsWith('/assets/')) throw new MortiseError('not_found');
    reply.header('content-security-policy', policy);
    if (!built) return reply.type('text/html; charset=utf-8').send(notBuilt);
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
}
