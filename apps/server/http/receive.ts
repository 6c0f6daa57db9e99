import { idSchema } from '@mortise/contract';
import type { Ingest } from '@mortise/core/ingest';
import { bareId, MortiseError, notFound } from '@mortise/core/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

const integrationId = idSchema('integration');

/**
 * Reads a body as its bytes came.
 *
 * @returns undefined when it is larger, by what it says of itself or by what came: no more of it is read then
 * @throws MortiseError invalid_request when the sender went away
 */
function readBody(raw: IncomingMessage, mostBytes: number): Promise<Uint8Array | undefined> {
  if (Number(raw.headers['content-length'] ?? 0) > mostBytes) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (answer: () => void) => {
      raw.off('data', take).off('end', whole).off('error', broken).off('close', broken);
      answer();
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= mostBytes) return void chunks.push(chunk);
      raw.pause();
      end(() => resolve(undefined));
    };
    const whole = () => end(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    const broken = () =>
      end(() => reject(new MortiseError('invalid_request', { detail: 'The body broke off.' })));
    raw.on('data', take).on('end', whole).on('error', broken).on('close', broken);
  });
}

/**
 * Where others post: `/in/:token`, a source's own URL, and `/api/integrations/:id/webhook`, by which a provider knows
 * us. No route of the table fits: bodies are signed byte for byte, so nothing may parse them first, and what is answered
 * to a handshake is the provider's to say.
 */
export function serveIngest(app: FastifyInstance, receive: Ingest['receive']): void {
  async function answer(
    door: Parameters<typeof receive>[0],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { raw } = request;
    try {
      const given = await receive(door, {
        method: request.method,
        path: raw.url ?? '',
        headers: request.headers,
        address: request.ip,
        traceId: request.traceId,
        read: (mostBytes) =>
          request.method === 'GET' ? Promise.resolve(new Uint8Array()) : readBody(raw, mostBytes),
      });
      return await reply.code(given.status).headers(given.headers).send(given.body);
    } catch (error) {
      // What is left of a body that we do not want is not waited for.
      if (!raw.readableEnded && request.method !== 'GET') reply.header('connection', 'close');
      throw error;
    }
  }

  // In the hook before anything looks at the body: Fastify refuses what calls its body by no name that it can read.
  const route = {
    method: ['GET', 'POST', 'PUT'],
    exposeHeadRoute: false,
    handler: async () => undefined,
  };
  app.route<{ Params: { token: string } }>({
    ...route,
    url: '/in/:token',
    onRequest: (request, reply) => answer({ token: request.params.token }, request, reply),
  });
  app.route<{ Params: { id: string } }>({
    ...route,
    url: '/api/integrations/:id/webhook',
    onRequest: async (request, reply) => {
      const { id } = request.params;
      if (!integrationId.safeParse(id).success) throw notFound();
      return answer({ integrationId: bareId('integration', id) }, request, reply);
    },
  });
}
