import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
});
afterAll(() => server.stop());

test('a request must come whole within minutes, or a sender that drips holds its memory for ever', () => {
  const { requestTimeout } = server.mortise.app.server;
  expect(requestTimeout).toBeGreaterThan(0);
  expect(requestTimeout).toBeLessThanOrEqual(300_000);
});

test('whoever is cut off is told so and let go, though it keeps its own side open', async () => {
  const { server: http } = server.mortise.app;
  const accepted = once(http, 'connection') as Promise<[Socket]>;
  const client = connect({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
  client.on('error', () => undefined);
  try {
    const [socket] = await accepted;
    const asked = once(http, 'request');
    client.write('POST /api/setup HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    await asked;
    const closed = once(socket, 'close');
    // As Node does it once the time is over, which it looks after every 30 seconds.
    const late = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    http.emit('clientError', late, socket);
    await closed;
    const told: Buffer[] = [];
    for await (const part of client) told.push(part as Buffer);
    expect(Buffer.concat(told).toString()).toMatch(/^HTTP\/1\.1 400 .*did not come whole in time/s);
  } finally {
    client.destroy();
  }
}, 10_000);
