import { createServer } from 'node:http';
import { Emulator } from './emulator.ts';
import { readMessage, sendResponse } from './node-http.ts';
import type { EmulatorOptions } from './emulator.ts';
import type { EmulatorDefinition } from './types.ts';
import type { AddressInfo } from 'node:net';

/** One emulator alone on a free loopback port, for tests. `hosts` are the overrides an adapter is given. */
export async function serveEmulator(
  definition: EmulatorDefinition,
  options: EmulatorOptions,
): Promise<{ emulator: Emulator; hosts: Record<string, string>; close(): Promise<void> }> {
  const emulator = new Emulator(definition, options);
  const server = createServer((message, reply) => {
    void (async () => {
      const read = await readMessage(message);
      if (read === undefined) return sendResponse(reply, { status: 413 });
      const { pathname, searchParams } = new URL(read.url);
      const [, host = '', ...rest] = pathname.split('/');
      sendResponse(
        reply,
        await emulator.handle({ ...read, host, path: `/${rest.join('/')}`, query: searchParams }),
      );
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    emulator,
    hosts: Object.fromEntries(definition.hosts.map((host) => [host, `http://127.0.0.1:${port}/${host}`])),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
