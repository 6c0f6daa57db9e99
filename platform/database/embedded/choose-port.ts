import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * The port to listen on: last time's, so that a kept address stays right, or a free one when another program has it.
 * @param file where the port is remembered
 */
export async function choosePort(file: string): Promise<number> {
  const remembered = readPort(file);
  const port = (remembered === undefined ? undefined : await bind(remembered)) ?? (await bind(0));
  if (port === undefined) throw new Error('No port is free on 127.0.0.1.');
  if (port !== remembered) writeFileSync(file, `${port}\n`, { mode: 0o644 });
  return port;
}

function readPort(file: string): number | undefined {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the port for a moment; undefined when it cannot be had. */
function bind(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
