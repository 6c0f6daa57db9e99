import { createServer } from 'node:net';

/** An address that browsers on this machine can open, for what listens on every address. */
const reachable = (host: string) => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

/** Where something that listens at this host and port is opened. */
export function localUrl(host: string, port: number): string {
  const name = reachable(host);
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** The port cannot be listened on. The message says what to do about it. */
export class PortError extends Error {}

/**
 * Looks whether the port is free before anything else is started, so that a second start beside a running one says so
 * at once and touches nothing; and turns 0 into a free port, because the public URL, which is made of it, has to be
 * known before anything listens.
 *
 * @param setting named in the error, as what to change
 * @throws PortError
 */
export async function findPort(host: string, port: number, setting: string): Promise<number> {
  return new Promise<number>((found, failed) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const url = localUrl(host, port);
      failed(
        new PortError(
          error.code === 'EADDRINUSE'
            ? `Something listens at ${url} already. If that is Mortise, it runs: open that address. Otherwise choose another port: ${setting}=${port + 1}`
            : `Cannot listen at ${url}: ${error.message}. Change MORTISE_HOST or ${setting}`,
        ),
      );
    });
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
