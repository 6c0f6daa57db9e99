import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * Answers every request with 200 and reads no more of it than its length: as little of the machine as can be. For a
 * process of its own, which tells its ports to the one that forked it and ends with it.
 */
export async function serveSink(origins: number): Promise<void> {
  const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
  const accept = (socket: Socket) => {
    let rest = '';
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        rest += chunk.toString('latin1');
        for (;;) {
          const head = rest.indexOf('\r\n\r\n');
          const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, Math.max(head, 0)))?.[1] ?? 0);
          if (head === -1 || rest.length < head + 4 + length) return;
          rest = rest.slice(head + 4 + length);
          socket.write(answer);
        }
      });
  };
  const ports: number[] = [];
  for (let origin = 0; origin < origins; origin++) {
    const server = createServer(accept).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  process.send?.(ports);
  process.once('disconnect', () => process.exit());
}
