import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { readMessage, sendResponse } from '@mortise/providers/kit/emulator';
import { staticFile } from './page/static-file.ts';
import type { ControlApi } from './control-api.ts';
import type { Sinks } from './sinks.ts';
import type { Emulator, EmulatorResponse } from '@mortise/providers/kit/emulator';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens, and gives every request to whom its path belongs. An answer leaves after the state it tells of is kept. */
export async function serve(options: {
  port: number;
  host: string;
  emulators: ReadonlyMap<string, Emulator>;
  sinks: Sinks;
  control: ControlApi;
  page: (url: string) => string;
  settled: () => Promise<void>;
}): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const server = createServer((message, reply) => {
    answer(message)
      .then(async (response) => {
        await options.settled();
        sendResponse(reply, response);
      })
      .catch((error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        if (!reply.headersSent) sendResponse(reply, { status: 500, body: `The sandbox failed: ${text}` });
      });
  });

  async function answer(message: IncomingMessage): Promise<EmulatorResponse> {
    const read = await readMessage(message);
    if (read === undefined) return { status: 413 };
    const { method, url, headers, body } = read;
    const { pathname, searchParams } = new URL(url);
    if (pathname === '/') return { status: 200, headers: HTML, body: options.page(url) };
    if (pathname === '/_health') return { status: 200, body: 'ok' };

    const [, first = '', second = '', ...rest] = pathname.split('/');
    if (first === '_assets') return staticFile(second) ?? { status: 404 };
    if (first === '_control') {
      return options.control({
        method,
        parts: [second, ...rest].filter(Boolean),
        query: searchParams,
        headers,
        body,
      });
    }
    if (first === '_sink' && second !== '') {
      const told = options.sinks.receive(decodeURIComponent(second), {
        method,
        path: message.url ?? '/',
        headers,
        body: Buffer.from(body).toString('base64'),
      });
      if (told.delayMs !== undefined) await delay(told.delayMs);
      return {
        status: told.status,
        headers: told.retryAfter === undefined ? {} : { 'retry-after': told.retryAfter },
      };
    }
    const emulator = options.emulators.get(first);
    if (emulator === undefined || !emulator.definition.hosts.includes(second)) {
      return {
        status: 404,
        headers: { 'content-type': 'text/plain' },
        body: 'Nothing lives at this address.',
      };
    }
    return emulator.handle({
      method,
      host: second,
      path: `/${rest.join('/')}`,
      url,
      query: searchParams,
      headers,
      body,
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const name = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${name}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const HTML = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
