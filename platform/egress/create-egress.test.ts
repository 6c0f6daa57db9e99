import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgress, type EgressOptions } from './create-egress.ts';
import type { EgressErrorCode } from './egress-error.ts';
import type { Egress } from './port.ts';
import { partnerCertificate } from './testing/partner-certificate.ts';
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
    maxResponseBytes: 100_000,
    ...options,
  });
  closers.push(() => egress.close());
  return egress;
}

const expectFailure = (promise: Promise<unknown>, code: EgressErrorCode): Promise<void> =>
  expect(promise).rejects.toMatchObject({ name: 'EgressError', code });

describe('a request', () => {
  it('carries method, headers, query and body, and brings back status, headers and body', async () => {
    const server = await serve(async (request, response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      response.setHeader('x-seen', ['a', 'b']).writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ got: Buffer.concat(chunks).toString() }));
    });
    const answer = await open().request({
      method: 'post',
      url: `http://127.0.0.1:${server.port}/a?x=1`,
      query: { y: ['2', 3], z: undefined },
      headers: { 'X-Own': 'v', Host: 'evil.example', Connection: 'close' },
      body: 'grüße',
    });
    expect(answer).toMatchObject({ status: 201, truncated: false, remoteAddress: '127.0.0.1' });
    expect(answer.headers['x-seen']).toBe('a, b');
    expect(answer.json()).toEqual({ got: 'grüße' });
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/a?x=1&y=2&y=3',
      headers: { 'x-own': 'v', 'user-agent': 'Mortise/test', host: `127.0.0.1:${server.port}` },
    });
  });

  it('keeps its connection for the next one, and times only the connection it opened', async () => {
    const server = await serve((_request, response) => response.end('ok'));
    const egress = open();
    const url = `http://127.0.0.1:${server.port}/`;
    const first = await egress.request({ method: 'GET', url });
    const second = await egress.request({ method: 'GET', url });
    expect(server.accepted()).toBe(1);
    expect(first.timings.connectMs).toBeGreaterThan(0);
    expect(second.timings.connectMs).toBeUndefined();
    expect(second.timings.totalMs).toBeGreaterThanOrEqual(second.timings.firstByteMs);
  });

  it('sends bytes as they are', async () => {
    const server = await serve((request, response) => void request.pipe(response));
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const answer = await open().request({ method: 'PUT', url: `http://127.0.0.1:${server.port}/`, body });
    expect(new Uint8Array(answer.body)).toEqual(body);
  });

  it('refuses a header that would split the request', async () => {
    const server = await serve((_request, response) => response.end());
    const headers = { 'x-a': 'b\r\nx-injected: 1' };
    await expectFailure(
      open().request({ method: 'GET', url: `http://127.0.0.1:${server.port}/`, headers }),
      'EGRESS_BAD_REQUEST',
    );
    expect(server.seen).toHaveLength(0);
  });
});

describe('the guard', () => {
  it('refuses a loopback literal and a name that resolves to one, without connecting', async () => {
    const server = await serve((_request, response) => response.end());
    const egress = open({ allow: [], resolve: async () => ['127.0.0.1'] });
    await expectFailure(
      egress.request({ method: 'GET', url: `http://127.0.0.1:${server.port}/` }),
      'EGRESS_REFUSED_ADDRESS',
    );
    await expectFailure(
      egress.request({ method: 'GET', url: `http://[::ffff:7f00:1]:${server.port}/` }),
      'EGRESS_REFUSED_ADDRESS',
    );
    await expectFailure(
      egress.request({ method: 'GET', url: `http://partner.example:${server.port}/` }),
      'EGRESS_REFUSED_ADDRESS',
    );
    expect(server.accepted()).toBe(0);
  });

  it('refuses a name when one of several addresses is private', async () => {
    const server = await serve((_request, response) => response.end(), { host: '127.0.0.2' });
    const egress = open({ allow: ['127.0.0.2/32'], resolve: async () => ['127.0.0.2', '10.0.0.1'] });
    await expectFailure(
      egress.request({ method: 'GET', url: `http://partner.example:${server.port}/` }),
      'EGRESS_REFUSED_ADDRESS',
    );
    expect(server.accepted()).toBe(0);
  });

  it('connects to the address it checked, and judges a rebound name anew', async () => {
    // 127.0.0.2 plays the public address, by an allowed network; 127.0.0.1 is the private one behind it.
    const outside = await serve(
      (_request, response) => response.writeHead(200, { connection: 'close' }).end('outside'),
      { host: '127.0.0.2' },
    );
    const inside = await serve((_request, response) => response.end('inside'), { port: outside.port });
    const answers = [['127.0.0.2'], ['127.0.0.1']];
    let asked = 0;
    const egress = open({ allow: ['127.0.0.2/32'], resolve: async () => answers[asked++] ?? ['127.0.0.1'] });
    const url = `http://rebinding.example:${outside.port}/`;
    const first = await egress.request({ method: 'GET', url });
    expect(first.text()).toBe('outside');
    expect(first.remoteAddress).toBe('127.0.0.2');
    expect(asked).toBe(1);
    await expectFailure(egress.request({ method: 'GET', url }), 'EGRESS_REFUSED_ADDRESS');
    expect(asked).toBe(2);
    expect(inside.accepted()).toBe(0);
  });

  it('opens a host that the operator named, whatever it resolves to', async () => {
    const server = await serve((_request, response) => response.end('in'));
    const egress = open({ allow: [`intranet.example:${server.port}`], resolve: async () => ['127.0.0.1'] });
    const answer = await egress.request({ method: 'GET', url: `http://intranet.example:${server.port}/` });
    expect(answer.text()).toBe('in');
    expect(answer.timings.dnsMs).toBeGreaterThanOrEqual(0);
    await expectFailure(
      egress.request({ method: 'GET', url: 'http://intranet.example:1/' }),
      'EGRESS_REFUSED_ADDRESS',
    );
  });

  it('resolves a named host as the machine does, its hosts file included', async () => {
    const server = await serve((_request, response) => response.end('here'), { host: 'localhost' });
    const answer = await open({ allow: ['localhost:*'] }).request({
      method: 'GET',
      url: `http://localhost:${server.port}/`,
    });
    expect(answer.text()).toBe('here');
  });

  it('reports a name without an address as a DNS failure, worth a retry', async () => {
    const egress = open({
      resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
    });
    const failure = egress.request({ method: 'GET', url: 'http://nowhere.example/' });
    await expect(failure).rejects.toMatchObject({ code: 'EGRESS_DNS', retryable: true });
  });
});

describe('TLS', () => {
  it('checks the certificate against the name while connecting to the pinned address', async () => {
    const server = await serve((_request, response) => response.end('secret'), {
      host: '127.0.0.2',
      tls: true,
    });
    const egress = open({
      allow: ['127.0.0.2/32'],
      resolve: async () => ['127.0.0.2'],
      ca: partnerCertificate.cert,
    });
    const answer = await egress.request({ method: 'GET', url: `https://partner.example:${server.port}/` });
    expect(answer.text()).toBe('secret');
    await expectFailure(
      egress.request({ method: 'GET', url: `https://other.example:${server.port}/` }),
      'EGRESS_TLS',
    );
  });

  it('refuses a certificate that nobody it trusts has signed', async () => {
    const server = await serve((_request, response) => response.end(), { tls: true });
    await expectFailure(
      open().request({ method: 'GET', url: `https://127.0.0.1:${server.port}/` }),
      'EGRESS_TLS',
    );
    expect(server.seen).toHaveLength(0);
  });
});

describe('redirects', () => {
  it('are answers like any other unless the caller follows them', async () => {
    const server = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
    );
    const answer = await open().request({ method: 'GET', url: `http://127.0.0.1:${server.port}/` });
    expect(answer.status).toBe(302);
  });

  it('are judged hop by hop: one to a private address goes nowhere', async () => {
    const inside = await serve((_request, response) => response.end());
    const server = await serve(
      (_request, response) => response.writeHead(302, { location: `http://127.0.0.1:${inside.port}/` }).end(),
      { host: '127.0.0.2' },
    );
    const egress = open({ allow: ['127.0.0.2:*'] });
    const url = `http://127.0.0.2:${server.port}/`;
    await expectFailure(egress.request({ method: 'GET', url, followRedirects: 3 }), 'EGRESS_REFUSED_ADDRESS');
    expect(inside.accepted()).toBe(0);
  });

  it('are judged like any URL: no credentials in them, no other scheme', async () => {
    const server = await serve((request, response) => {
      const target =
        request.url === '/ftp' ? 'ftp://127.0.0.1/' : `http://user:word@127.0.0.1:${server.port}/there`;
      response.writeHead(302, { location: target }).end();
    });
    for (const path of ['/ftp', '/credentials']) {
      const url = `http://127.0.0.1:${server.port}${path}`;
      await expectFailure(open().request({ method: 'GET', url, followRedirects: 1 }), 'EGRESS_BAD_URL');
    }
    expect(server.seen).toHaveLength(2);
  });

  it('keep credentials within their origin', async () => {
    const other = await serve((_request, response) => response.end('there'));
    const server = await serve((request, response) => {
      const location = request.url === '/one' ? '/two' : `http://127.0.0.1:${other.port}/three`;
      response.writeHead(307, { location }).end();
    });
    const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: 'text/plain' };
    const url = `http://127.0.0.1:${server.port}/one`;
    const answer = await open().request({ method: 'GET', url, headers, followRedirects: 2 });
    expect(answer.text()).toBe('there');
    expect(server.seen[1]?.headers).toMatchObject(headers);
    expect(Object.keys(other.seen[0]?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  it('never hand a body to another origin, and end after the number allowed', async () => {
    const server = await serve((request, response) => {
      const location = request.method === 'POST' ? 'http://127.0.0.1:9/' : '/again';
      response.writeHead(307, { location }).end();
    });
    const url = `http://127.0.0.1:${server.port}/`;
    await expectFailure(
      open().request({ method: 'POST', url, body: 'client_secret=x', followRedirects: 1 }),
      'EGRESS_REDIRECT',
    );
    await expectFailure(open().request({ method: 'GET', url, followRedirects: 2 }), 'EGRESS_REDIRECT');
    expect(server.seen).toHaveLength(4);
  });

  it('turn a POST into a GET after a 303', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/') response.writeHead(303, { location: '/done' }).end();
      else response.end(request.method);
    });
    const url = `http://127.0.0.1:${server.port}/`;
    const answer = await open().request({
      method: 'POST',
      url,
      body: '{}',
      headers: { 'content-type': 'a/b' },
      followRedirects: 1,
    });
    expect(answer.text()).toBe('GET');
    expect(server.seen[1]?.headers['content-type']).toBeUndefined();
  });
});

describe('limits', () => {
  it('end a request that is not answered in full in time', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/drip') response.write('a');
    });
    for (const path of ['/hang', '/drip']) {
      const failure = open().request({
        method: 'GET',
        url: `http://127.0.0.1:${server.port}${path}`,
        timeoutMs: 60,
      });
      await expect(failure).rejects.toMatchObject({ code: 'EGRESS_TIMEOUT', retryable: true });
    }
  });

  it('let a destination that hangs hold up nobody else, and release what waited behind it', async () => {
    const hanging = await serve((request, response) => {
      if (request.url === '/free') response.end('free');
    });
    const healthy = await serve((_request, response) => response.end('ok'));
    const egress = open({ connections: 2 });
    const at = (server: TestServer, path: string, timeoutMs: number): Promise<{ text(): string }> =>
      egress.request({ method: 'GET', url: `http://127.0.0.1:${server.port}${path}`, timeoutMs });
    // Two hold the connections; the others give up while they wait for one.
    const stuck = Array.from({ length: 20 }, (_, index) =>
      at(hanging, '/hang', index < 2 ? 1_000 : 300).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      ),
    );
    const behind = at(hanging, '/free', 10_000);
    const others = await Promise.all(Array.from({ length: 20 }, () => at(healthy, '/', 900)));
    expect(others.map((answer) => answer.text())).toEqual(others.map(() => 'ok'));
    expect(new Set(await Promise.all(stuck))).toEqual(new Set(['EGRESS_TIMEOUT']));
    expect((await behind).text()).toBe('free');
    // Of the twenty, only the two that had a connection were ever sent.
    expect(hanging.seen.filter((request) => request.url === '/hang')).toHaveLength(2);
  });

  it('fail on an answer that is too large, announced or not, or keep its beginning when asked', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': '5000' });
      response.write('x'.repeat(3_000));
      response.end('x'.repeat(2_000));
    });
    const at = (
      path: string,
      whenTooLarge: 'fail' | 'truncate',
      maxResponseBytes = 1_000,
    ): ReturnType<Egress['request']> =>
      open().request({
        method: 'GET',
        url: `http://127.0.0.1:${server.port}${path}`,
        maxResponseBytes,
        whenTooLarge,
      });
    await expectFailure(at('/announced', 'fail'), 'EGRESS_TOO_LARGE');
    await expectFailure(at('/streamed', 'fail'), 'EGRESS_TOO_LARGE');
    const cut = await at('/announced', 'truncate');
    expect([cut.truncated, cut.body.length, cut.status]).toEqual([true, 1_000, 200]);
    const whole = await at('/streamed', 'truncate', 5_000);
    expect([whole.truncated, whole.body.length]).toEqual([false, 5_000]);
  });

  it('end when the caller cancels, before or during', async () => {
    const server = await serve(() => undefined);
    const url = `http://127.0.0.1:${server.port}/`;
    await expectFailure(
      open().request({ method: 'GET', url, signal: AbortSignal.abort() }),
      'EGRESS_ABORTED',
    );
    expect(server.seen).toHaveLength(0);
    const controller = new AbortController();
    const running = open().request({ method: 'GET', url, signal: controller.signal });
    controller.abort();
    await expectFailure(running, 'EGRESS_ABORTED');
  });
});

describe('a peer that is not there', () => {
  it('is a connection failure worth a retry', async () => {
    const closed = await startServer((_request, response) => response.end());
    await closed.close();
    const failure = open().request({ method: 'GET', url: `http://127.0.0.1:${closed.port}/` });
    await expect(failure).rejects.toMatchObject({ code: 'EGRESS_CONNECT', retryable: true });
  });

  it('is one too when it hangs up, or does not speak HTTP', async () => {
    const rude = createTcpServer((socket) => void socket.once('data', () => socket.end('hello?\r\n\r\n')));
    rude.listen(0, '127.0.0.1');
    await once(rude, 'listening');
    closers.push(async () => void rude.close());
    const url = `http://127.0.0.1:${(rude.address() as AddressInfo).port}/`;
    await expectFailure(open().request({ method: 'GET', url }), 'EGRESS_CONNECT');
  });
});
