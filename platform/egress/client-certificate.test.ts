import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { createEgress, type EgressOptions } from './create-egress.ts';
import type { ClientTls, Egress } from './port.ts';
import { certificates } from './testing/certificates.ts';
import { startServer } from './testing/start-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const of = ({ cert, key }: { cert: string; key: string }): ClientTls => ({
  cert,
  key,
  ca: certificates.authority,
});

/** An endpoint that asks for a certificate of the authority, and answers with the name in it. */
async function startAsking() {
  const sockets = new Set<TLSSocket>();
  const server = createServer(
    { ...certificates.server, ca: certificates.authority, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      sockets.add(socket);
      response.end(String(socket.getPeerCertificate().subject.CN));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets };
}

function open(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({
    allow: ['127.0.0.1:*'],
    userAgent: 'test',
    defaultTimeoutMs: 5_000,
    maxResponseBytes: 1000,
    ...options,
  });
  closers.push(() => egress.close());
  return egress;
}

const ask = async (egress: Egress, url: string, tls?: ClientTls) =>
  (await egress.request({ method: 'GET', url, ...(tls === undefined ? {} : { tls }) })).text();

it('shows each request its own certificate, over connections that no other certificate shares', async () => {
  const [endpoint, egress] = [await startAsking(), open()];
  const [alice, bob] = [of(certificates.alice), of(certificates.bob)];
  for (let round = 0; round < 3; round++) {
    expect(await ask(egress, endpoint.url, alice)).toBe('alice');
    expect(await ask(egress, endpoint.url, bob)).toBe('bob');
    // The same certificate given anew is the same.
    expect(await ask(egress, endpoint.url, of(certificates.alice))).toBe('alice');
  }
  expect(endpoint.sockets.size).toBe(2);
});

it('is refused where it shows none, and trusts no endpoint but those of the authorities it is given', async () => {
  const [endpoint, egress] = [await startAsking(), open({ ca: certificates.authority })];
  await expect(ask(egress, endpoint.url)).rejects.toMatchObject({ name: 'EgressError' });
  const { cert, key } = certificates.alice;
  await expect(ask(open(), endpoint.url, { cert, key })).rejects.toMatchObject({ code: 'EGRESS_TLS' });
});

it('closes the connections of a certificate that nobody uses any more, and opens new ones when somebody does', async () => {
  const [endpoint, egress] = [await startAsking(), open({ certificateIdleMs: 10 })];
  const alice = of(certificates.alice);
  await ask(egress, endpoint.url, alice);
  await expect.poll(() => [...endpoint.sockets].every((socket) => socket.destroyed)).toBe(true);
  expect(await ask(egress, endpoint.url, alice)).toBe('alice');
  expect(endpoint.sockets.size).toBe(2);
});

it('reaches no address that it would not reach without one', async () => {
  const [endpoint, egress] = [await startAsking(), open({ allow: [] })];
  await expect(ask(egress, endpoint.url, of(certificates.alice))).rejects.toMatchObject({
    code: 'EGRESS_REFUSED_ADDRESS',
  });
});

it('is not shown to another origin that the endpoint redirects to', async () => {
  const asking = await startAsking();
  const first = await startServer((_, response) => response.writeHead(307, { location: asking.url }).end());
  closers.push(() => first.close());
  const request = open({ ca: certificates.authority }).request({
    method: 'GET',
    url: `http://127.0.0.1:${first.port}/`,
    followRedirects: 1,
    tls: of(certificates.alice),
  });
  await expect(request).rejects.toMatchObject({ name: 'EgressError' });
});

it('a key that cannot be read is an error of the connection, not of the process', async () => {
  const endpoint = await startAsking();
  const broken = { ...of(certificates.alice), key: 'no key' };
  await expect(ask(open(), endpoint.url, broken)).rejects.toMatchObject({ name: 'EgressError' });
});
