import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { partnerCertificate } from './partner-certificate.ts';

export interface TestServer {
  port: number;
  /** Every request received, in order. */
  seen: { method: string; url: string; headers: IncomingMessage['headers'] }[];
  /** Sockets accepted so far. */
  accepted(): number;
  close(): Promise<void>;
}

/** A real HTTP or HTTPS server on a loopback address and a free port. */
export async function startServer(
  listener: (...exchange: Parameters<RequestListener>) => void | Promise<void> | ServerResponse,
  { host = '127.0.0.1', port = 0, tls = false }: { host?: string; port?: number; tls?: boolean } = {},
): Promise<TestServer> {
  const seen: TestServer['seen'] = [];
  let accepted = 0;
  const record: RequestListener = (request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    void listener(request, response);
  };
  const server: Server = tls ? createTlsServer(partnerCertificate, record) : createServer(record);
  server.on('connection', () => (accepted += 1));
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    accepted: () => accepted,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
