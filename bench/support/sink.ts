// The endpoints that benches send to, in a process of their own (see start-sinks.ts): as little of the machine as can
// be. A request to /hang is never answered, one to /fail with 500. One whose body tells when it was offered (`"at":`
// microseconds of the monotonic clock, which all processes of a machine share) has its latency noted.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { certificates } from '../../platform/egress/testing/certificates.ts';

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const refusal = 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n';
const [, , origins, scheme] = process.argv;
let latencies: number[] = [];

function take(socket: Socket): void {
  let rest = '';
  socket
    .on('error', () => {})
    .on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (;;) {
        const head = rest.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, Math.max(head, 0)))?.[1] ?? 0);
        if (head === -1 || rest.length < head + 4 + length) return;
        const hangs = rest.startsWith('POST /hang');
        const fails = rest.startsWith('POST /fail');
        const at = hangs ? undefined : /"at":(\d+)/.exec(rest.slice(head, head + 4 + length))?.[1];
        if (at !== undefined) latencies.push(Number(process.hrtime.bigint() / 1_000n) - Number(at));
        rest = rest.slice(head + 4 + length);
        if (!hangs) socket.write(fails ? refusal : answer);
      }
    });
}

const ports: number[] = [];
for (let origin = 0; origin < Number(origins); origin++) {
  const server = scheme === 'https' ? createTlsServer(certificates.server, take) : createServer(take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports.push((server.address() as AddressInfo).port);
}
process.on('message', () => {
  process.send?.(latencies);
  latencies = [];
});
process.once('disconnect', () => process.exit());
process.send?.(ports);
