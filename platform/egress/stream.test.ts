import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgress, type EgressOptions } from './create-egress.ts';
import type { Egress, EgressStreamRequest } from './port.ts';
import { startServer, type TestServer } from './testing/start-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(...args: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...args);
  closers.push(() => server.close());
  return server;
}

function open(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({
    allow: ['127.0.0.1:*'],
    userAgent: 'Mortise/test',
    defaultTimeoutMs: 5_000,
    maxResponseBytes: 100_000_000,
    ...options,
  });
  closers.push(() => egress.close());
  return egress;
}

const get = (server: TestServer, more: Partial<EgressStreamRequest> = {}): EgressStreamRequest => ({
  method: 'GET',
  url: `http://127.0.0.1:${server.port}/`,
  lifetimeMs: 20_000,
  ...more,
});

describe('a streamed answer', () => {
  it('gives its first bytes before the last are sent', async () => {
    let finish = () => {};
    const server = await serve((_request, response) => {
      response.writeHead(207, { 'x-a': 'b' }).write('first ');
      finish = () => void response.end('last');
    });
    const { status, headers, body, remoteAddress } = await open().stream(get(server));
    expect([status, headers['x-a'], remoteAddress]).toEqual([207, 'b', '127.0.0.1']);
    await once(body, 'readable');
    expect(String(body.read())).toBe('first ');
    finish();
    expect(String(await buffer(body))).toBe('last');
  });

  it('comes in at the pace of its reader', async () => {
    const whole = 48 * 1024 * 1024;
    let sent = 0;
    let stalled = () => {};
    const full = new Promise<void>((resolve) => (stalled = resolve));
    const server = await serve(async (_request, response) => {
      const piece = Buffer.alloc(64 * 1024, 1);
      for (; sent < whole; sent += piece.length) {
        if (response.write(piece)) continue;
        const timer = setTimeout(stalled, 300);
        await once(response, 'drain');
        clearTimeout(timer);
      }
      response.end();
    });
    const { body } = await open().stream(get(server));
    await full;
    // What the sockets of both sides hold, and no more.
    expect(sent).toBeLessThan(whole / 2);
    expect(body.readableLength).toBeLessThan(1024 * 1024);
    let got = 0;
    for await (const chunk of body) got += (chunk as Buffer).length;
    expect(got).toBe(whole);
  });

  it('hangs up when the reader does, and when the caller cancels', async () => {
    const gone: Promise<unknown>[] = [];
    const server = await serve((_request, response) => {
      gone.push(once(response, 'close'));
      response.write('some');
    });
    const egress = open();
    (await egress.stream(get(server))).body.destroy();
    await gone[0];
    const controller = new AbortController();
    const { body } = await egress.stream(get(server, { signal: controller.signal }));
    const read = buffer(body);
    controller.abort();
    await expect(read).rejects.toMatchObject({ code: 'EGRESS_ABORTED' });
    await gone[1];
  });

  it.each([
    ['no headers come', { timeoutMs: 50 }, () => {}],
    ['the body stands still', { idleTimeoutMs: 50 }, (write: () => void) => write()],
    ['it goes on for ever', { lifetimeMs: 80 }, (write: () => void) => write()],
  ] as const)('ends with EGRESS_TIMEOUT when %s', async (_, limits, begin) => {
    const server = await serve((_request, response) => begin(() => void response.write('some')));
    const read = open()
      .stream(get(server, limits))
      .then(({ body }) => buffer(body));
    await expect(read).rejects.toMatchObject({ name: 'EgressError', code: 'EGRESS_TIMEOUT' });
  });

  it('ends with EGRESS_TOO_LARGE past its limit, and EGRESS_CONNECT when it is cut off', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/big') return response.end(Buffer.alloc(2_000));
      response.write('some', () => response.destroy());
    });
    const url = `http://127.0.0.1:${server.port}/big`;
    const big = await open().stream(get(server, { url, maxResponseBytes: 1_000 }));
    await expect(buffer(big.body)).rejects.toMatchObject({ code: 'EGRESS_TOO_LARGE' });
    const cut = open()
      .stream(get(server))
      .then(({ body }) => buffer(body));
    await expect(cut).rejects.toMatchObject({ code: 'EGRESS_CONNECT' });
  });

  it('passes the same guard, without connecting', async () => {
    const server = await serve((_request, response) => response.end());
    const egress = open({ allow: [], resolve: async () => ['127.0.0.1'] });
    for (const host of ['127.0.0.1', '[::ffff:7f00:1]', 'partner.example', 'localhost']) {
      const url = `http://${host}:${server.port}/`;
      await expect(egress.stream(get(server, { url }))).rejects.toMatchObject({
        code: 'EGRESS_REFUSED_ADDRESS',
      });
    }
    expect(server.accepted()).toBe(0);
  });

  it('keeps no request from its connection', async () => {
    const server = await serve((request, response) =>
      request.url === '/slow' ? void response.write('x') : void response.end('ok'),
    );
    const egress = open({ connections: 1 });
    const url = `http://127.0.0.1:${server.port}/slow`;
    const slow = await egress.stream(get(server, { url }));
    const answer = await egress.request({ method: 'GET', url: `http://127.0.0.1:${server.port}/` });
    expect(answer.text()).toBe('ok');
    slow.body.destroy();
  });
});
