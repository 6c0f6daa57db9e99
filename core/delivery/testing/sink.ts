import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SinkRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface SinkAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Sink {
  url: string;
  /** Every request that arrived whole, in order. */
  requests: SinkRequest[];
  /** Resolves when so many requests have arrived in all. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * A real HTTP endpoint on loopback that takes deliveries.
 *
 * @param answer what a request gets; nothing at all, ever, when it gives undefined
 */
export async function startSink(
  answer: (request: SinkRequest, nth: number) => SinkAnswer | undefined | Promise<SinkAnswer> = () => ({
    status: 200,
  }),
): Promise<Sink> {
  const requests: SinkRequest[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(request);
      void Promise.resolve(answer(request, requests.length)).then((given) => {
        if (given !== undefined) response.writeHead(given.status, given.headers).end(given.body);
      });
      for (const waiter of waiting) if (requests.length >= waiter.count) waiter.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    arrived: (count) =>
      new Promise((resolve) => (requests.length >= count ? resolve() : waiting.push({ count, resolve }))),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
